using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Tests.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Vaults over the Admin API, and what references to them do to calls.</summary>
public sealed class VaultTests
{
    [Fact]
    public async Task FileVault_OutsideTheAllowedDirectories_IsRefused()
    {
        await using var host = await TestHost.StartAsync();
        var inside = Path.Combine(host.Directory, "secrets", "team");

        var refused = await host.PostAsync("/vaults", """{"prefix":"etc","name":"file","config":{"path":"/etc"}}""");
        var relative = await host.PostAsync("/vaults", """{"prefix":"here","name":"file","config":{"path":"secrets"}}""");
        var without = await host.PostAsync("/vaults", """{"prefix":"here","name":"file"}""");
        var unreadable = await host.PostAsync("/vaults", """{"prefix":"here","name":"file","config":{"path":"/etc\u0000"}}""");
        var accepted = await host.PostAsync("/vaults", $$"""{"prefix":"team","name":"file","config":{"path":"{{inside}}" } }""");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("outside the directories that vaults may read", refused["fields"]!["config"]!["path"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("schema violation (config.path: must be an absolute path)", relative["message"]!.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, unreadable.Status);
        Assert.Equal("schema violation (config.path: required field missing)", without["message"]!.ToString());
        Assert.Equal((HttpStatusCode.Created, inside), (accepted.Status, accepted["config"]!["path"]!.ToString()));
        Assert.Contains("path", (await host.GetAsync("/schemas/vaults/file")).Text, StringComparison.Ordinal);
    }

    /// <summary>The plugin keeps what it made of its config; a new key must reach it all the same.</summary>
    [Fact]
    public async Task Secret_ChangedInItsFile_IsUsedAfterTheRefresh()
    {
        await using var provider = await FakeUpstream.StartAsync(http => http.Response.WriteAsync("{}"));
        await using var host = await TestHost.StartAsync($"Gateway:Providers:openai:BaseUrl={provider.Address}");
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(host.Directory, "secrets", "team")).FullName, "openai");
        await File.WriteAllTextAsync(file, """{"header":"Bearer one"}""", TestContext.Current.CancellationToken);
        await host.PostAsync("/vaults", $$"""{"prefix":"team","name":"file","config":{"path":"{{Path.GetDirectoryName(file)}}" } }""");
        await AddAiRouteAsync(host, "{vault://team/openai/header}");
        var writer = host.Services.GetRequiredService<ConfigWriter>();

        Assert.Equal("Bearer one", await KeySentAsync(host, provider));
        Assert.False(await writer.RefreshSecretsAsync(TestContext.Current.CancellationToken));

        await File.WriteAllTextAsync(file, """{"header":"Bearer two"}""", TestContext.Current.CancellationToken);
        Assert.True(await writer.RefreshSecretsAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Bearer two", await KeySentAsync(host, provider));

        File.Delete(file);
        Assert.False(await writer.RefreshSecretsAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Bearer two", await KeySentAsync(host, provider));
    }

    /// <summary>Without anybody asking for it.</summary>
    [Fact]
    public async Task Secrets_AreLookedAtEveryMinute()
    {
        await using var provider = await FakeUpstream.StartAsync(http => http.Response.WriteAsync("{}"));
        await using var host = await TestHost.StartAsync($"Gateway:Providers:openai:BaseUrl={provider.Address}");
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(host.Directory, "secrets")).FullName, "openai");
        await File.WriteAllTextAsync(file, "Bearer one", TestContext.Current.CancellationToken);
        await AddAiRouteAsync(host, "{vault://file/openai}");
        var time = new FakeTimeProvider();
        using var refresh = new SecretRefresh(host.Services.GetRequiredService<ConfigWriter>(), time, NullLogger<SecretRefresh>.Instance);
        await refresh.StartAsync(TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(file, "Bearer two", TestContext.Current.CancellationToken);
        Assert.Equal("Bearer one", await KeySentAsync(host, provider));

        Assert.True(await Poll.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return await KeySentAsync(host, provider) == "Bearer two";
        }));
        await refresh.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Vault_AddedLater_ResolvesWhatWasWaitingForIt()
    {
        var name = "GATEWAY_SECRET_" + Guid.NewGuid().ToString("N").ToUpperInvariant();
        Environment.SetEnvironmentVariable(name, "Bearer env");
        await using var provider = await FakeUpstream.StartAsync(http => http.Response.WriteAsync("{}"));
        await using var host = await TestHost.StartAsync($"Gateway:Providers:openai:BaseUrl={provider.Address}");
        await AddAiRouteAsync(host, $"{{vault://late/{name["GATEWAY_SECRET_".Length..]}}}");

        Assert.Equal("", await KeySentAsync(host, provider));
        var created = await host.PostAsync("/vaults", """{"prefix":"late","name":"env","config":{"prefix":"GATEWAY_SECRET_"}}""");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("Bearer env", await KeySentAsync(host, provider));
    }

    private static async Task AddAiRouteAsync(TestHost host, string reference)
    {
        var service = (await host.PostAsync("/services", """{"url":"http://localhost"}"""))["id"];
        await host.PostAsync($"/services/{service}/routes", """{"paths":["/ai"]}""");
        var plugin = new JsonObject
        {
            ["name"] = "ai-proxy",
            ["config"] = new JsonObject
            {
                ["route_type"] = "llm/v1/chat",
                ["auth"] = new JsonObject { ["header_name"] = "Authorization", ["header_value"] = reference },
                ["model"] = new JsonObject { ["provider"] = "openai", ["name"] = "gpt-4o" },
            },
        };
        var answer = await host.PostAsync($"/services/{service}/plugins", plugin.ToJsonString());
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
    }

    /// <returns>The key that reaches the provider with the next call.</returns>
    private static async Task<string> KeySentAsync(TestHost host, FakeUpstream provider)
    {
        await host.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(host.ProxyUrl, "/ai"))
        {
            Content = new StringContent("""{"messages":[{"role":"user","content":"x"}]}""", Encoding.UTF8, "application/json"),
        });
        return provider.Requests[^1].Headers.GetValueOrDefault("Authorization", "");
    }
}
