using static Gateway.Core.Tests.Plugins.Authentication.AuthScene;

namespace Gateway.Core.Tests.Plugins.KeyAuth;

/// <summary>Requests without a credential that go on as somebody.</summary>
public sealed class AnonymousTests
{
    public static TheoryData<string> Names => [Guest.Username!, Guest.Id.ToString()];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_WithoutAGoodKey_GoesOnAsTheAnonymousConsumer(string anonymous)
    {
        await using var scene = await KeyAuthScene.StartAsync($$"""{"anonymous":"{{anonymous}}"}""");

        foreach (var request in new[] { Get("/x"), Get("/x", ("apikey", "unknown")), Get("/x?apikey=ada-key&apikey=ada-key") })
        {
            Assert.Equal(IdentityOfGuest, Identity(await scene.PassAsync(Forge(request))));
            var record = await scene.Host.NextRecordAsync();
            Assert.Equal((Guest.Id, null), (record.Consumer?.Id, record.AuthenticatedEntity));
        }
    }

    [Fact]
    public async Task Request_WithAKey_IsNotAnonymous()
    {
        await using var scene = await KeyAuthScene.StartAsync("""{"anonymous":"guest"}""");

        var received = await scene.PassAsync(Forge(Get("/x", ("apikey", "bob-key"))));

        Assert.Equal(IdentityOf(Bob, KeyAuthScene.BobsKeyId.ToString()), Identity(received));
        var record = await scene.Host.NextRecordAsync();
        Assert.Equal((Bob.Id, KeyAuthScene.BobsKeyId), (record.Consumer?.Id, record.AuthenticatedEntity?.Id));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("bob")] // A custom id is no name.
    [InlineData("6c0b9a8e-0000-4000-8000-000000000001")]
    public async Task AnonymousConsumer_ThatDoesNotExist_Answers500(string anonymous)
    {
        await using var scene = await KeyAuthScene.StartAsync($$"""{"anonymous":"{{anonymous}}"}""");

        Assert.Equal((500, $"anonymous consumer {anonymous} is configured but doesn't exist", ""), await scene.RefuseAsync(Get("/x")));
        await scene.PassAsync(Get("/x", ("apikey", "ada-key")));
    }
}
