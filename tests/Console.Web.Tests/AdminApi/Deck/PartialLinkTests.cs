using System.Net;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>Plugins and the shared pieces of configuration that they link.</summary>
public sealed class PartialLinkTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Links_PluginThatNamesAPartial_IsListedUntilItIsGone()
    {
        var (shared, name) = await CreatePartialAsync();
        var plugin = await admin.CreateAsync("/plugins", Plugin(shared));

        var links = (await admin.Host.GetAsync($"/partials/{shared}/links")).Json;
        var refused = await admin.Host.DeleteAsync("/partials/" + shared);

        AdminFixture.AssertIs(
            HttpStatusCode.OK,
            $$"""{"data":[{"id":"{{plugin["id"]}}","name":"rate-limiting","type":"plugins"}],"count":1,"next":null}""",
            await admin.Host.GetAsync($"/partials/{shared}/links"));
        Assert.Equal(1, links["count"]!.GetValue<int>());
        Assert.Equal((HttpStatusCode.BadRequest, 4), (refused.Status, refused["code"]!.GetValue<int>()));
        Assert.Equal(name, plugin["partials"]![0]!["name"]!.GetValue<string>());

        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/plugins/" + plugin["id"])).Status);
        AdminFixture.AssertIs(HttpStatusCode.OK, """{"data":[],"count":0,"next":null}""", await admin.Host.GetAsync($"/partials/{shared}/links"));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Host.DeleteAsync("/partials/" + shared)).Status);
    }

    [Fact]
    public async Task Links_PartialRenamed_PluginShowsTheNewName()
    {
        var (shared, _) = await CreatePartialAsync();
        var plugin = await admin.CreateAsync("/plugins", Plugin(shared));
        var renamed = AdminFixture.NewName();

        await admin.Host.PatchAsync("/partials/" + shared, $$"""{"name":"{{renamed}}"}""");

        Assert.Equal(renamed, (await admin.Host.GetAsync("/plugins/" + plugin["id"]))["partials"]![0]!["name"]!.GetValue<string>());
        await admin.Host.DeleteAsync("/plugins/" + plugin["id"]);
    }

    [Fact]
    public async Task Plugin_LinkToNothing_Answers400AndIsNotStored()
    {
        var before = (await admin.Host.GetAsync("/plugins")).Text;

        var answer = await admin.Host.PostAsync("/plugins", Plugin(Guid.NewGuid().ToString()));

        Assert.Equal((HttpStatusCode.BadRequest, 4), (answer.Status, answer["code"]!.GetValue<int>()));
        Assert.Equal(before, (await admin.Host.GetAsync("/plugins")).Text);
    }

    [Fact]
    public async Task Links_UnknownPartial_Answers404() =>
        AdminFixture.AssertIs(HttpStatusCode.NotFound, """{"message":"Not found"}""", await admin.Host.GetAsync($"/partials/{Guid.NewGuid()}/links"));

    private async Task<(string Id, string Name)> CreatePartialAsync()
    {
        var name = AdminFixture.NewName();
        var created = await admin.CreateAsync("/partials", $$$"""{"name":"{{{name}}}","type":"redis-ce","config":{"host":"redis.example"}}""");
        return (created["id"]!.ToString(), name);
    }

    private static string Plugin(string partial) =>
        $$$"""{"name":"rate-limiting","config":{"minute":5},"partials":[{"id":"{{{partial}}}","path":"config.redis"}]}""";
}
