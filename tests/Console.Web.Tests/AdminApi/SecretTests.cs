using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Auth;
using ConsoleWeb.Tests.Hosting;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Secrets: encrypted in the file, shown to whoever may see them, masked to everyone else.</summary>
public sealed class SecretTests(AdminFixture admin) : IClassFixture<AdminFixture>
{
    private const string Mask = "********";

    [Fact]
    public async Task Files_OfTheDataDirectory_NeverHoldASecret()
    {
        var secrets = Enumerable.Range(0, 6).Select(i => $"some-secret-{i}-{Guid.NewGuid():N}").ToArray();
        var directory = Path.Combine(Path.GetTempPath(), "gatehouse-tests", Guid.NewGuid().ToString("N"));
        string plugin;
        await using (var host = await TestHost.StartInAsync(directory, keepsData: true))
        {
            plugin = "/plugins/" + (await host.PostAsync("/plugins", AiProxy(secrets[0])))["id"];
            await host.PatchAsync(plugin, Header(secrets[1]));
            await host.PutAsync("/plugins/" + Guid.NewGuid(), Advanced(secrets[2]));
            var consumer = "/consumers/" + (await host.PostAsync("/consumers", """{"username":"ada"}"""))["id"];
            Assert.Equal(HttpStatusCode.Created, (await host.PostAsync(consumer + "/key-auth", $$"""{"key":"{{secrets[3]}}"}""")).Status);
            Assert.Equal(HttpStatusCode.Created, (await host.PostAsync(consumer + "/basic-auth", $$"""{"username":"ada","password":"{{secrets[4]}}"}""")).Status);
            var gone = (await host.PostAsync(consumer + "/key-auth", $$"""{"key":"{{secrets[5]}}"}"""))["id"];
            await host.DeleteAsync(consumer + "/key-auth/" + gone);
            Assert.NotEqual(HttpStatusCode.OK, (await host.GetAsync(consumer + "/key-auth/" + gone)).Status);
        }

        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.Equal((file, ""), (file, string.Join(' ', secrets.Where(s => text.Contains(s, StringComparison.Ordinal)))));
        }

        await using var again = await TestHost.StartInAsync(directory, keepsData: false);
        Assert.Equal(secrets[1], (await again.GetAsync(plugin))["config"]!["auth"]!["header_value"]!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/key-auths/" + secrets[3])).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await again.PostAsync("/consumers/ada/key-auth", $$"""{"key":"{{secrets[3]}}"}""")).Status);
    }

    [Fact]
    public async Task Answers_ToATokenWithoutSecretsRead_HoldTheMask()
    {
        var token = await admin.Host.MakeTokenAsync(TokenScopes.ConfigWrite);
        var secret = "some-secret-" + AdminFixture.NewName();
        var route = (await admin.CreateAsync("/routes", """{"paths":["/masked"]}"""))["id"]!.ToString();
        var answers = new List<Answer> { await SendAsync(HttpMethod.Post, $"/routes/{route}/plugins", AiProxy(secret)) };
        var plugin = "/plugins/" + answers[0]["id"];

        answers.Add(await SendAsync(HttpMethod.Get, plugin, null));
        answers.Add(await SendAsync(HttpMethod.Get, $"/routes/{route}{plugin}", null));
        answers.Add(await SendAsync(HttpMethod.Patch, plugin, """{"tags":["t"]}"""));
        var list = await SendAsync(HttpMethod.Get, $"/routes/{route}/plugins", null);
        answers.Add(await SendAsync(HttpMethod.Put, plugin, AiProxy(secret)));

        Assert.All(answers, a => Assert.Equal(Mask, a["config"]!["auth"]!["header_value"]?.ToString()));
        Assert.DoesNotContain(secret, list.Text, StringComparison.Ordinal);
        Assert.Contains(Mask, list.Text, StringComparison.Ordinal);

        Task<Answer> SendAsync(HttpMethod method, string path, string? json) => admin.Host.SendAsync(method, path, json, token);
    }

    [Fact]
    public async Task Answers_ToATokenWithSecretsRead_HoldTheSecret()
    {
        var token = await admin.Host.MakeTokenAsync([.. TokenScopes.ForDeck]);
        var plugin = await CreatePluginAsync("some-plain-secret");

        var answer = await admin.Host.SendAsync(HttpMethod.Get, "/plugins/" + plugin["id"], null, token);

        Assert.Equal("some-plain-secret", answer["config"]!["auth"]!["header_value"]!.ToString());
    }

    [Fact]
    public async Task Mask_WrittenBack_KeepsWhatIsStored()
    {
        var token = await admin.Host.MakeTokenAsync(TokenScopes.ConfigWrite);
        var plugin = "/plugins/" + (await CreatePluginAsync("some-kept-secret"))["id"];
        var masked = (await admin.Host.SendAsync(HttpMethod.Get, plugin, null, token)).Json;
        masked["tags"] = new JsonArray("changed");

        var put = await admin.Host.SendAsync(HttpMethod.Put, plugin, masked.ToJsonString(), token);
        var patch = await admin.Host.SendAsync(HttpMethod.Patch, plugin, Header(Mask), token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (put.Status, patch.Status));
        var stored = await admin.Host.GetAsync(plugin);
        Assert.Equal(("some-kept-secret", "changed"), (stored["config"]!["auth"]!["header_value"]!.ToString(), stored["tags"]![0]!.ToString()));
    }

    [Fact]
    public async Task Mask_WithNothingStoredBehindIt_Answers400()
    {
        var answer = await admin.Host.PostAsync("/plugins", AiProxy(Mask));

        Assert.Equal((HttpStatusCode.BadRequest, 2), (answer.Status, answer["code"]!.GetValue<int>()));
        Assert.NotNull(answer["fields"]!["config"]!["auth"]!["header_value"]);
    }

    [Fact]
    public async Task Reference_ToAVault_IsNoSecretAndShownAsItIs()
    {
        var token = await admin.Host.MakeTokenAsync(TokenScopes.ConfigRead);
        var plugin = await CreatePluginAsync("{vault://env/some-key}");

        var answer = await admin.Host.SendAsync(HttpMethod.Get, "/plugins/" + plugin["id"], null, token);

        Assert.Equal("{vault://env/some-key}", answer["config"]!["auth"]!["header_value"]!.ToString());
    }

    [Fact]
    public async Task Credential_ToATokenWithoutSecretsRead_IsMasked()
    {
        var token = await admin.Host.MakeTokenAsync(TokenScopes.ConfigRead);
        var consumer = "/consumers/" + AdminFixture.NewName();
        await admin.Host.PutAsync(consumer, "{}");
        var created = await admin.CreateAsync(consumer + "/key-auth", "{}");

        Assert.Matches("^[0-9A-Za-z]{32}$", created["key"]!.ToString());
        Assert.Equal(Mask, (await admin.Host.SendAsync(HttpMethod.Get, $"{consumer}/key-auth/{created["id"]}", null, token))["key"]?.ToString());
        Assert.DoesNotContain(created["key"]!.ToString(), (await admin.Host.SendAsync(HttpMethod.Get, "/key-auths", null, token)).Text, StringComparison.Ordinal);
    }

    private static string Header(string secret) =>
        new JsonObject { ["config"] = new JsonObject { ["auth"] = new JsonObject { ["header_value"] = secret } } }.ToJsonString();

    private static string AiProxy(string secret) => new JsonObject
    {
        ["name"] = "ai-proxy",
        ["config"] = new JsonObject
        {
            ["route_type"] = "llm/v1/chat",
            ["auth"] = new JsonObject { ["header_name"] = "Authorization", ["header_value"] = secret },
            ["model"] = new JsonObject { ["provider"] = "openai", ["name"] = "gpt-5-mini" },
        },
    }.ToJsonString();

    private static string Advanced(string secret) => new JsonObject
    {
        ["name"] = "ai-proxy-advanced",
        ["config"] = new JsonObject
        {
            ["targets"] = new JsonArray(new JsonObject
            {
                ["route_type"] = "llm/v1/chat",
                ["auth"] = new JsonObject { ["header_name"] = "Authorization", ["header_value"] = secret },
                ["model"] = new JsonObject { ["provider"] = "openai", ["name"] = "gpt-5-mini" },
            }),
        },
    }.ToJsonString();

    private async Task<JsonObject> CreatePluginAsync(string secret) =>
        await admin.CreateAsync($"/services/{await admin.CreateServiceAsync()}/plugins", AiProxy(secret));
}
