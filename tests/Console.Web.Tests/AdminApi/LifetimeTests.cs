using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Keys that end by themselves.</summary>
public sealed class LifetimeTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    [Theory]
    [InlineData(0, "100")]
    [InlineData(30, "70")]
    [InlineData(100, "0")]
    public void Ttl_Read_IsWhatIsLeft(int secondsLater, string expected)
    {
        var stored = Stored("""{"ttl":100}""", null, Start);

        Lifetime.Show(EntityKinds.KeyAuthCredentials, stored, Start.AddSeconds(secondsLater));

        Assert.Equal(expected, stored["ttl"]!.ToString());
        Assert.False(stored.ContainsKey("expires_at"));
    }

    [Theory]
    [InlineData("""{"tags":["a"]}""", "50")]
    [InlineData("""{"ttl":200}""", "200")]
    [InlineData("""{"ttl":null}""", null)]
    [InlineData("""{"ttl":0}""", null)]
    public void Ttl_Patched_BeginsAnewOnlyWhenItIsGiven(string patch, string? expected)
    {
        var first = Stored("""{"ttl":100}""", null, Start);

        var stored = Stored(patch, first, Start.AddSeconds(50));
        Lifetime.Show(EntityKinds.KeyAuthCredentials, stored, Start.AddSeconds(50));

        Assert.Equal(expected, stored["ttl"]?.ToString());
        Assert.Equal(expected is not null, stored.ContainsKey("ttl"));
    }

    [Fact]
    public async Task Key_WithLifetime_SaysSoAndOneWithoutDoesNot()
    {
        var consumer = await NewConsumerAsync();
        var lasting = await admin.CreateAsync(consumer + "/key-auth", """{"ttl":100,"expires_at":1}""");
        var endless = await admin.CreateAsync(consumer + "/key-auth", "{}");

        Assert.InRange((await admin.Host.GetAsync("/key-auths/" + lasting["id"]))["ttl"]!.GetValue<int>(), 1, 100);
        Assert.False((await admin.Host.GetAsync("/key-auths/" + endless["id"])).Json.ContainsKey("ttl"));
        Assert.False(lasting.ContainsKey("expires_at"));
        var replaced = await admin.Host.PutAsync("/key-auths/" + lasting["id"], $$$"""{"key":"{{{lasting["key"]}}}","consumer":{"id":"{{{lasting["consumer"]!["id"]}}}"}}""");
        Assert.Equal((HttpStatusCode.OK, false), (replaced.Status, replaced.Json.ContainsKey("ttl")));
    }

    [Fact]
    public async Task Key_WhoseTimeIsOver_IsGoneAndItsTextFree()
    {
        var consumer = await NewConsumerAsync();
        var key = AdminFixture.NewName();
        var first = await admin.CreateAsync(consumer + "/key-auth", $$"""{"key":"{{key}}","ttl":1}""");

        Assert.True(await Poll.UntilAsync(async () => (await admin.Host.GetAsync("/key-auths/" + first["id"])).Status == HttpStatusCode.NotFound));
        Assert.Equal("""{"data":[],"next":null}""", (await admin.Host.GetAsync(consumer + "/key-auth")).Text);
        var second = await admin.CreateAsync(consumer + "/key-auth", $$"""{"key":"{{key}}"}""");
        Assert.Equal(second["id"]!.ToString(), (await admin.Host.GetAsync("/key-auths/" + key))["id"]!.ToString());
    }

    private static JsonObject Stored(string input, JsonObject? mergeInto, DateTimeOffset now)
    {
        var given = JsonNode.Parse(input)!.AsObject();
        var json = mergeInto?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in given)
        {
            json[name] = value?.DeepClone();
        }

        Lifetime.Set(EntityKinds.KeyAuthCredentials, json, given, mergeInto, now);
        return json;
    }

    private async Task<string> NewConsumerAsync() =>
        "/consumers/" + (await admin.CreateAsync("/consumers", $$"""{"username":"{{AdminFixture.NewName()}}"}"""))["id"];
}
