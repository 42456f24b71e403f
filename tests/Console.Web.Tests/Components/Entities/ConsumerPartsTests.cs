using Bunit;
using ConsoleWeb.Components.Pages.Entities.Parts;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Tests.Components.Entities;

public sealed class ConsumerPartsTests : ConsoleContext
{
    [Fact]
    public async Task ApiKey_AddedWithoutOne_IsMadeShownOnceAndMaskedAfterwards()
    {
        var consumer = await ConsumerAsync();
        var card = RenderCard(EntityKinds.KeyAuthCredentials, consumer);

        Add(card);
        Save(card);

        card.WaitForAssertion(() => card.Find("[data-testid=new-secret]"));
        var shown = card.Find("[data-testid=new-secret]").TextContent;
        var stored = Entities.List(EntityKinds.KeyAuthCredentials, new(), 10, null, Owner).Value!.Data.Single();
        Assert.Equal(stored["key"]!.ToString(), shown);
        Assert.Equal(consumer, stored["consumer"]!["id"]!.ToString());
        Assert.Contains($"apikey: {shown}", card.Markup, StringComparison.Ordinal);

        card.Click("button", "Done");
        card.WaitForAssertion(() => Assert.DoesNotContain(shown, card.Markup, StringComparison.Ordinal));
        Assert.Contains(SecretPaths.Mask, card.Find("[data-testid=credential]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_LeftEmpty_IsMadeUpAndNotItsHashIsShown()
    {
        var card = RenderCard(EntityKinds.BasicAuthCredentials, await ConsumerAsync());

        Add(card);
        card.Change("#f-username", "ada");
        Save(card);

        card.WaitForAssertion(() => card.Find("[data-testid=new-secret]"));
        var password = card.Find("[data-testid=new-secret]").TextContent;
        Assert.Equal(24, password.Length);
        var stored = Entities.List(EntityKinds.BasicAuthCredentials, new(), 10, null, Owner).Value!.Data.Single()["password"]!.ToString();
        Assert.True(Gateway.Shared.Credentials.PasswordHash.Parse(stored)!.Matches(password));
    }

    [Fact]
    public async Task Group_LeftEmpty_IsAskedForAtItsField()
    {
        var card = RenderCard(EntityKinds.Acls, await ConsumerAsync());

        Add(card);
        Save(card);

        card.WaitForAssertion(() => Assert.Contains("required", card.Find("#f-group-help").TextContent, StringComparison.Ordinal));
        Assert.Empty(Entities.List(EntityKinds.Acls, new(), 10, null, Owner).Value!.Data);
    }

    [Fact]
    public async Task Kind_OfCredentials_SaysWhichPluginAsksForIt()
    {
        var consumer = await ConsumerAsync();
        Assert.Contains("No plugin basic-auth is on", RenderCard(EntityKinds.BasicAuthCredentials, consumer).Markup, StringComparison.Ordinal);
        await StoreAsync(EntityKinds.Plugins, """{"name":"basic-auth"}""");

        Assert.Contains("Asked for by the plugin basic-auth", RenderCard(EntityKinds.BasicAuthCredentials, consumer).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_AddedAndTakenOut_ChangesTheGroupOnly()
    {
        var consumer = await ConsumerAsync();
        var group = await StoreAsync(EntityKinds.ConsumerGroups, """{"name":"gold"}""");
        var part = Render<MembersPart>(p => p.Add(m => m.OwnerField, "consumer_group").Add(m => m.MemberField, "consumer").Add(m => m.OwnerId, Guid.Parse(group)));

        part.Change("select", consumer);
        part.Click("[data-testid=add-member]");
        part.WaitForAssertion(() => Assert.Equal("ada", part.Find("[data-testid=member] a").TextContent));

        part.Click("[data-testid=member] button");
        part.WaitForAssertion(() => Assert.Empty(part.FindAll("[data-testid=member]")));
        Assert.NotNull(Entities.Find(EntityKinds.Consumers, consumer, Person));
    }

    private Task<string> ConsumerAsync() => StoreAsync(EntityKinds.Consumers, """{"username":"ada"}""");

    private IRenderedComponent<CredentialCard> RenderCard(EntityKind kind, string consumer) =>
        Render<CredentialCard>(p => p.Add(c => c.Kind, kind).Add(c => c.ConsumerId, Guid.Parse(consumer)));

    private static void Add(IRenderedComponent<CredentialCard> card) => card.Click("header button");

    private static void Save(IRenderedComponent<CredentialCard> card) => card.Click("[data-testid=save-credential]");
}
