using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Plugins over HTTP: scopes, and configs that are filled, merged and checked by the plugin's own schema.</summary>
public sealed class PluginEndpointTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const string Transformer = """
        {"name":"request-transformer","config":{"add":{"headers":["a:1"],"querystring":["q:1"]},"remove":{"headers":["x"]}}}
        """;

    [Fact]
    public async Task Post_OnlyWhatIsNeeded_AnswersEveryFieldAndItsDefault()
    {
        var service = await admin.CreateServiceAsync();

        var plugin = await admin.CreateAsync($"/services/{service}/plugins", """{"name":"file-log","config":{"path":"/tmp/some.log"}}""");

        foreach (var generated in new[] { "id", "created_at", "updated_at" })
        {
            Assert.True(plugin.Remove(generated));
        }

        Assert.Equal(
            CanonicalJson.Of($$"""
                {
                  "name":"file-log","instance_name":null,"service":{"id":"{{service}}"},"route":null,"consumer":null,"consumer_group":null,
                  "config":{"path":"/tmp/some.log","reopen":false,"custom_fields_by_lua":null},"protocols":["grpc","grpcs","http","https"],
                  "enabled":true,"tags":null,"ordering":null,"partials":null,"condition":null
                }
                """),
            CanonicalJson.Of(plugin));
    }

    [Fact]
    public async Task Patch_PartOfTheConfig_IsMergedFieldByField()
    {
        var plugin = await CreateOnNewServiceAsync(Transformer);

        var answer = await admin.Host.PatchAsync("/plugins/" + plugin["id"], """{"config":{"add":{"headers":["b:2"],"querystring":null}}}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var config = plugin["config"]!;
        var reset = (await CreateOnNewServiceAsync("""{"name":"request-transformer"}"""))["config"]!["add"]!["querystring"]?.DeepClone();
        config["add"]!["headers"] = new JsonArray("b:2");
        config["add"]!["querystring"] = reset;
        Assert.Equal(CanonicalJson.Of(config), CanonicalJson.Of(answer["config"]));
    }

    [Fact]
    public async Task Patch_Form_KnowsThePluginItChanges()
    {
        var plugin = await CreateOnNewServiceAsync("""{"name":"file-log","config":{"path":"/tmp/some.log"}}""");
        var service = plugin["service"]!["id"];

        foreach (var path in new[] { $"/plugins/{plugin["id"]}", $"/services/{service}/plugins/{plugin["id"]}" })
        {
            var answer = await admin.SendFormAsync(HttpMethod.Patch, path, "config.reopen=true");

            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            Assert.Equal(("/tmp/some.log", true), (answer["config"]!["path"]!.ToString(), answer["config"]!["reopen"]!.GetValue<bool>()));
            await admin.Host.PatchAsync(path, """{"config":{"reopen":false}}""");
        }
    }

    [Fact]
    public async Task Put_ById_ReplacesTheConfigWhole()
    {
        var plugin = await CreateOnNewServiceAsync(Transformer);

        var answer = await admin.Host.PutAsync("/plugins/" + plugin["id"], """{"name":"request-transformer","config":{"remove":{"headers":["y"]}}}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Null(answer["service"]);
        Assert.NotEqual("a:1", (answer["config"]!["add"]!["headers"] as JsonArray)?.FirstOrDefault()?.ToString());
        Assert.Equal("y", answer["config"]!["remove"]!["headers"]![0]!.ToString());
        await admin.Host.DeleteAsync("/plugins/" + plugin["id"]);
    }

    [Fact]
    public async Task Post_SamePluginAndScopeAgain_Answers409AndAnotherScopeIsFine()
    {
        var service = await admin.CreateServiceAsync();
        var route = await admin.CreateAsync($"/services/{service}/routes", """{"paths":["/a"]}""");
        await admin.CreateAsync($"/services/{service}/plugins", """{"name":"request-transformer"}""");

        var again = await admin.Host.PostAsync($"/services/{service}/plugins", """{"name":"request-transformer"}""");

        Assert.Equal((HttpStatusCode.Conflict, 5), (again.Status, again["code"]!.GetValue<int>()));
        Assert.Equal("request-transformer", again["fields"]!["name"]!.ToString());
        await admin.CreateAsync($"/routes/{route["id"]}/plugins", """{"name":"request-transformer"}""");
    }

    [Fact]
    public async Task Get_InstanceName_FindsIt()
    {
        var name = AdminFixture.NewName();
        var plugin = await CreateOnNewServiceAsync($$"""{"name":"request-transformer","instance_name":"{{name}}"}""");

        Assert.Equal(plugin["id"]!.ToString(), (await admin.Host.GetAsync("/plugins/" + name))["id"]?.ToString());
    }

    [Fact]
    public async Task RoutePlugins_List_HoldsThoseOfTheRouteOnly()
    {
        var route = await admin.CreateAsync("/routes", """{"paths":["/a"]}""");
        await CreateOnNewServiceAsync("""{"name":"request-transformer"}""");
        var mine = await admin.CreateAsync($"/routes/{route["id"]}/plugins", """{"name":"request-transformer"}""");

        var list = await admin.Host.GetAsync($"/routes/{route["id"]}/plugins");

        Assert.Equal([mine["id"]!.ToString()], list["data"]!.AsArray().Select(p => p!["id"]!.ToString()));
        Assert.Equal(route["id"]!.ToString(), (await admin.Host.GetAsync($"/plugins/{mine["id"]}/route"))["id"]?.ToString());
    }

    [Fact]
    public async Task ParentDeleted_TakesItsPluginsAlong()
    {
        var plugin = await CreateOnNewServiceAsync("""{"name":"request-transformer"}""");

        await admin.Host.DeleteAsync("/services/" + plugin["service"]!["id"]);

        Assert.Equal(HttpStatusCode.NotFound, (await admin.Host.GetAsync("/plugins/" + plugin["id"])).Status);
    }

    [Fact]
    public async Task Patch_OtherNameWithAConfigThatDoesNotFit_Answers400()
    {
        var plugin = await CreateOnNewServiceAsync("""{"name":"file-log","config":{"path":"/tmp/some.log"}}""");

        var answer = await admin.Host.PatchAsync("/plugins/" + plugin["id"], """{"name":"request-transformer"}""");

        Assert.Equal((HttpStatusCode.BadRequest, 2), (answer.Status, answer["code"]!.GetValue<int>()));
    }

    private async Task<JsonObject> CreateOnNewServiceAsync(string json) =>
        await admin.CreateAsync($"/services/{await admin.CreateServiceAsync()}/plugins", json);
}
