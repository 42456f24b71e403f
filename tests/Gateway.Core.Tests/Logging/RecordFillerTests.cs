using System.Net;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Logging;
using Gateway.Core.Pipeline;
using Gateway.Core.Plugins;
using Gateway.Core.Routing;
using Gateway.Core.Upstreams.Pools;
using Gateway.Shared.Contracts;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Tests.Logging;

public sealed class RecordFillerTests
{
    [Fact]
    public void Begin_Request_TakesTargetPeerAndAgent()
    {
        var http = Http("/v1/messages?beta=true&key=abc");
        http.Request.Headers.UserAgent = "claude-cli/2.0.37 (external, cli)";
        http.Request.Headers["x-claude-code-session-id"] = "s-1";
        var record = NewRecord();

        RecordFiller.Begin(record, http, SensitiveNames.Default);

        Assert.Equal("POST", record.Method);
        Assert.Equal("/v1/messages?beta=true&key=REDACTED", record.Uri);
        Assert.Equal("http://localhost:8000", record.BaseUrl);
        Assert.Equal("127.0.0.1", record.ClientIp);
        Assert.Equal("claude-code", record.Agent);
        Assert.Equal("s-1", record.SessionId);
        Assert.Null(record.Tls);
    }

    [Theory]
    [InlineData("key_names")]
    [InlineData("header_names")]
    [InlineData("uri_param_names")]
    public void Begin_CredentialUnderAConfiguredName_IsHiddenFromTheFirstByte(string field)
    {
        var record = NewRecord();

        RecordFiller.Begin(record, Http("/p?mine=some-key&other=1"), Snapshot(new JsonObject { [field] = new JsonArray("mine") }).SensitiveNames);

        Assert.Equal("/p?mine=REDACTED&other=1", record.Uri);
    }

    [Theory]
    [InlineData("codex_exec/0.55.0 (Debian 12.0.0; x86_64) xterm", "codex")]
    [InlineData("codex_cli_rs/0.55.0", "codex")]
    [InlineData("claude-cli/2.1.330 (external, sdk-cli)", "claude-code")]
    [InlineData("OpenAI/JS 5.0.0", "sdk")]
    [InlineData("Anthropic/Python 0.50", "sdk")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("Wget/1", null)]
    public void Find_UserAgent_NamesTheAgent(string userAgent, string? expected)
    {
        var http = Http("/v1/messages");
        http.Request.Headers.UserAgent = userAgent;

        Assert.Equal(expected, ClientAgent.Find(http.Request));
    }

    [Theory]
    [InlineData("HEAD", "/anthropic/api/hello", "claude-code")]
    [InlineData("GET", "/anthropic/api/hello", null)]
    [InlineData("HEAD", "/anthropic/api/hello/more", null)]
    public void Find_ProbeOfClaudeCode_IsKnownByItsPath(string method, string path, string? expected)
    {
        var http = Http(path);
        (http.Request.Method, http.Request.Path) = (method, path);
        http.Request.Headers.UserAgent = "Bun/1.3.1";

        Assert.Equal(expected, ClientAgent.Find(http.Request));
    }

    [Fact]
    public void Complete_Credentials_AreRedactedWhereverTheyStand()
    {
        var secret = string.Join('-', "canary", "7f3a", "value");
        var http = Http($"/p?api_key={secret}&myparam={secret}");
        foreach (var name in new[] { "Authorization", "Proxy-Authorization", "X-Api-Key", "api-key", "x-goog-api-key", "Cookie", "Kong-Admin-Token", "X-Custom-Auth", "apikey2" })
        {
            http.Request.Headers[name] = secret;
        }

        http.Request.Headers.Referer = $"https://u:{secret}@h/?token={secret}";
        http.Request.Headers["X-Fine"] = "visible";
        http.Response.Headers.SetCookie = $"a={secret}";
        http.Response.Headers.Location = $"/next?sig={secret}";
        var record = NewRecord();
        RecordFiller.Begin(record, http, SensitiveNames.Default);
        record.UpstreamUri = $"/up?myparam={secret}";
        var config = new JsonObject
        {
            ["targets"] = new JsonArray(new JsonObject { ["auth"] = new JsonObject { ["header_name"] = "X-Custom-Auth", ["param_name"] = "myparam" } }),
            ["key_names"] = new JsonArray("apikey2"),
        };

        RecordFiller.Complete(new GatewayContext(http, Snapshot(config), record, TimeProvider.System));

        var all = string.Join('\n', record.RequestHeaders.Concat(record.ResponseHeaders).Select(h => $"{h.Key}: {h.Value}").Append(record.Uri).Append(record.UpstreamUri));
        Assert.DoesNotContain(secret, all);
        Assert.Contains("x-fine: visible", all);
        Assert.Contains("x-custom-auth: REDACTED", all);
        Assert.Equal("/up?myparam=REDACTED", record.UpstreamUri);
    }

    [Fact]
    public void Complete_Sizes_CountHeadAndBody()
    {
        var http = Http("/p");
        http.Request.Headers["X-A"] = "12";
        http.Request.ContentLength = 100;
        http.Response.Headers["X-B"] = "345";
        http.Response.StatusCode = 201;
        var record = NewRecord();
        RecordFiller.Begin(record, http, SensitiveNames.Default);
        record.ResponseSize = 50;

        RecordFiller.Complete(new GatewayContext(http, Snapshot([]), record, TimeProvider.System));

        // "POST /p HTTP/1.1" and the empty line, Host, X-A, Content-Length, body.
        Assert.Equal(20 + 22 + 9 + 21 + 100, record.RequestSize);
        Assert.Equal(19 + 10 + 50, record.ResponseSize);
        Assert.Equal(201, record.Status);
    }

    private static RequestRecord NewRecord() => new() { RequestId = "00", StartedAtMs = 1, StartTimestamp = 1 };

    private static DefaultHttpContext Http(string target)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Scheme = "http";
        http.Request.Protocol = "HTTP/1.1";
        http.Request.Host = new HostString("localhost:1234");
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        http.Connection.LocalPort = 8000;
        http.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:127.0.0.1");
        return http;
    }

    private static GatewaySnapshot Snapshot(JsonObject config) => new()
    {
        Config = GatewayConfig.Empty,
        Consumers = new ConsumerDirectory(GatewayConfig.Empty),
        Upstreams = new UpstreamPools(GatewayConfig.Empty, null, TimeProvider.System),
        Router = new NoRouter(),
        Plugins = new PluginPlan([]),
        PluginInstances =
        [
            new PluginInstance
            {
                Id = Guid.NewGuid(),
                Name = "some-plugin",
                Priority = 1,
                Declared = new PluginConfig { Name = "some-plugin", Config = config },
                Plugin = new NoPlugin(),
                Config = new NoConfig(),
                ConfigHash = "",
            },
        ],
    };

    private sealed record NoConfig : IPluginConfig;

    private sealed class NoPlugin : Plugin<NoConfig>;

    private sealed class NoRouter : IGatewayRouter
    {
        public RouteMatch? Match(in RouteRequest request) => null;
    }
}
