using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>What is said in Konnect mode before and beside the entities.</summary>
public sealed class KonnectTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task Organisation_WithToken_HasIdAndName()
    {
        foreach (var version in new[] { "v2", "v3" })
        {
            var answer = await admin.Host.GetAsync($"/{version}/organizations/me");

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.True(Guid.TryParse(answer["id"]!.GetValue<string>(), out _));
            Assert.NotEqual("", answer["name"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("/v2/organizations/me")]
    [InlineData("/konnect-api/api/runtime_groups")]
    [InlineData("/v2/control-planes")]
    public async Task Call_WrongToken_Answers401WithAMessage(string path)
    {
        var answer = await admin.Host.SendAsync(HttpMethod.Get, path, null, token: "kpat_wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.NotEqual("", answer["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task RuntimeGroups_PagesFollowed_EndAfterTheOne()
    {
        var first = (await admin.Host.GetAsync("/konnect-api/api/runtime_groups")).Json;
        var second = (await admin.Host.GetAsync("/konnect-api/api/runtime_groups?page=2&size=100")).Json;

        var plane = Assert.Single(first["data"]!.AsArray())!;
        Assert.Equal("quickstart", plane["name"]!.GetValue<string>());
        Assert.Equal(first["page"]!.GetValue<int>(), first["pageCount"]!.GetValue<int>());
        Assert.Empty(second["data"]!.AsArray());
    }

    [Fact]
    public async Task ControlPlane_UnknownName_IsNotFoundByDeck() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => DeckClient.ConnectAsync(admin.Host, DeckMode.Konnect, "nope"));

    [Fact]
    public async Task ControlPlane_AnotherId_HasNoEntities()
    {
        var other = Guid.NewGuid();

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync($"/v2/control-planes/{other}/core-entities/services")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync($"/konnect-api/api/runtime_groups/{other}/services")).Status);
    }

    [Fact]
    public async Task ControlPlane_LabelsPatched_FilterTheList()
    {
        await using var host = await TestHost.StartAsync();
        var plane = (await host.GetAsync("/v2/control-planes?filter[name][eq]=quickstart"))["data"]!.AsArray().Single()!;

        var patched = await host.PatchAsync($"/v2/control-planes/{plane["id"]}", """{"labels":{"team":"blue","env":"dev"}}""");
        await host.PatchAsync($"/v2/control-planes/{plane["id"]}", """{"name":"renamed"}""");

        Assert.Equal((HttpStatusCode.OK, "blue"), (patched.Status, patched["labels"]!["team"]!.GetValue<string>()));
        Assert.Equal((1, 1, 0, 0), (
            await CountAsync("labels=team:blue,env"), await CountAsync("filter[name][eq]=renamed"),
            await CountAsync("labels=team:red"), await CountAsync("filter[name][eq]=quickstart")));
        Assert.Equal(DeckMode.Konnect, (await DeckClient.ConnectAsync(host, DeckMode.Konnect, "renamed")).Mode);

        async Task<int> CountAsync(string query)
        {
            var list = (await host.GetAsync("/v2/control-planes?" + query)).Json;
            Assert.Equal(list["data"]!.AsArray().Count, list["meta"]!["page"]!["total"]!.GetValue<int>());
            return list["data"]!.AsArray().Count;
        }
    }

    [Theory]
    [InlineData(DeckMode.Konnect)]
    [InlineData(DeckMode.OlderKonnect)]
    public async Task Targets_OfAllUpstreams_AreOneList(DeckMode mode)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode, pageSize: 1);
        var wanted = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var upstream = (await admin.CreateAsync("/upstreams", $$"""{"name":"{{AdminFixture.NewName()}}"}"""))["id"]!.ToString();
            wanted.Add((await admin.CreateAsync($"/upstreams/{upstream}/targets", """{"target":"up.example:80"}"""))["id"]!.ToString());
        }

        var targets = await client.ListAsync("/targets");

        Assert.Superset(wanted.ToHashSet(), targets!.Select(t => t["id"]!.ToString()).ToHashSet());
        Assert.All(targets!, t => Assert.NotNull(t["upstream"]!["id"]));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/targets")).Status);
    }

    [Theory]
    [InlineData(DeckMode.Gateway)]
    [InlineData(DeckMode.Konnect)]
    [InlineData(DeckMode.OlderKonnect)]
    public async Task Pages_OfAnyMode_NameTheNextBelowTheSamePrefix(DeckMode mode)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, mode);
        await admin.CreateServiceAsync();
        await admin.CreateServiceAsync();

        var page = await client.GetAsync("/services?size=1");
        var second = await admin.Host.GetAsync(page["next"]!.GetValue<string>());

        Assert.Equal((HttpStatusCode.OK, 1), (second.Status, second["data"]!.AsArray().Count));
        Assert.NotEqual(page["data"]![0]!["id"]!.ToString(), second["data"]![0]!["id"]!.ToString());
    }

    [Theory]
    [InlineData("service", "retries", "5")]
    [InlineData("route", "https_redirect_status_code", "426")]
    [InlineData("upstream", "slots", "10000")]
    [InlineData("target", "weight", "100")]
    public async Task Schema_OfAnEntity_HasItsDefaults(string type, string property, string value)
    {
        var document = await SchemaAsync(type);

        Assert.Equal(value, document["properties"]![property]!["default"]!.ToJsonString());
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("consumer_group")]
    [InlineData("certificate")]
    [InlineData("ca_certificate")]
    [InlineData("sni")]
    [InlineData("key")]
    [InlineData("key-set")]
    public async Task Schema_OfEveryTypeThatDeckAsksFor_IsAnObject(string type) =>
        Assert.NotEmpty((await SchemaAsync(type))["properties"]!.AsObject());

    [Theory]
    [InlineData("jwt", "algorithm")]
    [InlineData("hmac-auth", "secret")]
    [InlineData("basic-auth", "username")]
    [InlineData("mtls-auth", "subject_name")]
    public async Task Schema_OfACredential_IsInsideAValue(string type, string property)
    {
        var document = await SchemaAsync(type);

        Assert.Equal("object", document["properties"]!["value"]!["type"]!.GetValue<string>());
        Assert.NotNull(document["properties"]!["value"]!["properties"]![property]);
    }

    [Fact]
    public async Task Schema_OfVaults_TellsTheConfigOfEachType()
    {
        var types = (await SchemaAsync("vault"))["allOf"]!.AsArray();

        var env = types.Single(t => t!["if"]!["properties"]!["name"]!["const"]!.GetValue<string>() == "env")!;
        Assert.NotNull(env["then"]!["properties"]!["config"]!["properties"]!["prefix"]);
    }

    [Fact]
    public async Task Request_TokenOfAForeignScheme_Answers401()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(admin.Host.AdminUrl, "/v2/organizations/me"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", admin.Host.Token);

        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Host.SendAsync(request)).Status);
    }

    private async Task<JsonObject> SchemaAsync(string type)
    {
        var client = await DeckClient.ConnectAsync(admin.Host, DeckMode.Konnect);
        var document = await client.GetAsync("/v1/schemas/json/" + type);
        Assert.Equal("object", document["type"]!.GetValue<string>());
        return document;
    }
}
