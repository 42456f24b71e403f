using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Security;

/// <summary>A secret goes in wherever the product takes one, and comes out nowhere, plain or encoded.</summary>
public sealed partial class CanaryTests
{
    private static readonly string[] Pages =
    [
        "/", "/account", "/analytics", "/audit", "/certificates", "/connect", "/consumers", "/history", "/logs", "/models", "/plugins", "/plugins/new/ai-proxy", "/routes", "/services", "/sessions", "/tokens", "/users",
        "/vaults", "/upstreams", "/keys", "/partials", "/reference",
    ];

    [Fact]
    public async Task Secrets_OfEveryKind_AppearInNoOutput()
    {
        await using var scene = await CanaryScene.StartAsync();
        var canary = scene.Canary;
        await CallAsync(scene);
        var reader = await scene.MakeTokenAsync("reader", "config:read,logs:read");
        var payloads = await scene.MakeTokenAsync("payloads", "config:read,logs:read,payloads:read");
        Assert.True(await Poll.UntilAsync(async () => JsonNode.Parse(await scene.AdminAsync(HttpMethod.Get, "/logs?size=100", payloads))!["data"]!.AsArray().Count >= 13), "the log does not have all calls");

        await ReadEverythingAsync(scene, reader);
        await ReadEverythingAsync(scene, payloads);
        await ProvokeErrorsAsync(scene, reader);
        await scene.ReadPagesAsync(Pages.Concat(await EntityPagesAsync(scene, reader)));
        await ReadEverythingAsync(scene, reader);
        var dumped = await scene.CommandAsync("gateway", "dump", "-o", "-", "--kong-addr", scene.Run.AdminUrl.ToString(), "--headers", $"Authorization:Bearer {reader}");
        var archive = Path.Combine(scene.Directory, "..", Guid.NewGuid().ToString("N") + ".backup");
        var printed = await scene.CommandAsync("backup", archive);
        await scene.Run.StopAsync();

        List<string> leaks =
        [
            .. scene.Seen.SelectMany(s => canary.Scan(s.Bytes).Select(f => $"{s.From}: {f}")),
            .. scene.Collected.SelectMany(c => canary.Scan(Plain(c)).Select(f => $"{c.Target}: {f}")),
            .. scene.Run.Output.Split('\n').SelectMany(line => canary.Scan(line).Select(f => $"standard output: {f} in {line}")),
            .. canary.Scan(dumped).Select(f => $"dump: {f}"),
            .. canary.Scan(printed).Select(f => $"backup: {f}"),
            .. Entries(archive).SelectMany(e => canary.Scan(e.Bytes).Select(f => $"backup {e.Name}: {f}")),
            .. canary.ScanDirectory(scene.Directory, IsOwnersOwn),
        ];
        File.Delete(archive);
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Distinct()));
        Assert.True(canary.Secrets.Count >= 20, $"only {canary.Secrets.Count} secrets");
        Assert.True(scene.Run.Output.Length > 10_000, "the log of the process at its finest level is too short to have said anything");
        Assert.Contains(scene.Collected, c => c.Target == "/collect/traces");
        Assert.Contains(scene.Collected, c => c.Target == "/collect/http");
        Assert.True(new FileInfo(Path.Combine(scene.Directory, "requests.jsonl")).Length > 1000);

        bool IsOwnersOwn(string file) => file.StartsWith(Path.Combine(scene.Directory, "secrets"), StringComparison.Ordinal) || file.StartsWith(Path.Combine(scene.Directory, "keys"), StringComparison.Ordinal);
    }

    /// <summary>Clients bring secrets of their own: in headers, in the query, in the body.</summary>
    private static async Task CallAsync(CanaryScene scene)
    {
        var (canary, secrets) = (scene.Canary, scene.Canary.Secrets);
        var own = canary.Add("client's Authorization");
        var chat = $$$"""{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}],"metadata":{"secret_note":"{{{canary.Add("what a rule redacts", isPlain: true)}}}"}}""";
        foreach (var route in new[] { "plugin", "env", "file", "refused" })
        {
            await scene.ProxyAsync("/" + route, chat, ("Authorization", own), ("x-api-key", canary.Add($"client's x-api-key on {route}")), ("Cookie", "a=" + canary.Add($"client's cookie on {route}", isPlain: true)));
        }

        var query = canary.Add("key in the query");
        await scene.ProxyAsync($"/open?api_key={Uri.EscapeDataString(query)}&access_token={canary.Add("token in the query", isPlain: true)}&x=1", null, ("Authorization", own), ("Referer", $"http://user:{canary.Add("password in a Referer", isPlain: true)}@h/?key={Uri.EscapeDataString(query)}"));
        await scene.ProxyAsync($"/nowhere?token={Uri.EscapeDataString(query)}", null, ("Authorization", own));
        await scene.ProxyAsync($"/dead?sig={Uri.EscapeDataString(query)}", "{}", ("Authorization", own));
        await scene.ProxyAsync("/key-auth", null, ("apikey", secrets["key of a consumer"]));
        await scene.ProxyAsync($"/key-auth?apikey={secrets["key of a consumer"]}", null);
        await scene.ProxyAsync("/key-auth", null, ("apikey", canary.Add("wrong key of a consumer", isPlain: true)));
        await scene.ProxyAsync("/basic-auth", null, ("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("bob:" + secrets["password of a consumer"]))));
        await scene.ProxyAsync("/basic-auth", null, ("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("bob:" + canary.Add("wrong password of a consumer", isPlain: true)))));
        await scene.ProxyAsync($"/jwt?jwt={canary.Add("a broken JWT", isPlain: true)}", null);
    }

    /// <summary>Every path of the Admin API that can be read, with the ids that its lists name.</summary>
    private static async Task ReadEverythingAsync(CanaryScene scene, string token)
    {
        var endpoints = JsonNode.Parse(await scene.AdminAsync(HttpMethod.Get, "/openapi.json", token))!["paths"]!.AsObject();
        foreach (var (path, operations) in endpoints)
        {
            if (operations!["get"] is null || path.EndsWith("/stream", StringComparison.Ordinal))
            {
                continue;
            }

            var name = Value().Match(path);
            if (!name.Success)
            {
                await scene.AdminAsync(HttpMethod.Get, path, token);
                continue;
            }

            var list = await scene.AdminAsync(HttpMethod.Get, path[..(name.Index - 1)], token);
            foreach (Match id in Id().Matches(list).DistinctBy(m => m.Groups[1].Value).Take(25))
            {
                await scene.AdminAsync(HttpMethod.Get, Value().Replace(path, id.Groups[1].Value), token);
            }
        }
    }

    /// <summary>Errors like to repeat what they were given.</summary>
    private static async Task ProvokeErrorsAsync(CanaryScene scene, string reader)
    {
        var canary = scene.Canary;
        var writer = await scene.MakeTokenAsync("writer", "config:write");
        await scene.AdminAsync(HttpMethod.Get, "/services", canary.Add("unknown token", "kpat_", isPlain: true));
        await scene.AdminAsync(HttpMethod.Get, $"/services?token={reader}", null);
        await scene.AdminAsync(HttpMethod.Post, "/plugins", writer, $$$"""{"name":"ai-proxy","config":{"auth":{"header_value":"{{{canary.Add("key in a refused plugin", isPlain: true)}}}"},"route_type":"x" }}""");
        await scene.AdminAsync(HttpMethod.Post, "/consumers/bob/key-auth", writer, $$"""{"key":"{{canary.Secrets["key of a consumer"]}}"}""");
        await scene.AdminAsync(HttpMethod.Post, "/certificates", writer, $$"""{"cert":"x","key":"{{canary.Add("key of a refused certificate", isPlain: true)}}"}""");
        await scene.AdminAsync(HttpMethod.Post, "/plugins", writer, $$$"""{"name":"http-log","config":{"http_endpoint":"ftp://u:{{{canary.Add("password in a refused address", isPlain: true)}}}@h/"}}""");
    }

    private static async Task<IEnumerable<string>> EntityPagesAsync(CanaryScene scene, string token)
    {
        var pages = new List<string>();
        foreach (var kind in new[] { "plugins", "consumers", "certificates", "services", "routes" })
        {
            var list = JsonNode.Parse(await scene.AdminAsync(HttpMethod.Get, "/" + kind, token))!["data"]!.AsArray();
            pages.AddRange(list.Select(e => $"/{kind}/{e!["id"]}"));
        }

        var calls = JsonNode.Parse(await scene.AdminAsync(HttpMethod.Get, "/logs?size=20", token))!["data"]!.AsArray();
        return pages.Concat(calls.Select(c => $"/logs/{c!["gatehouse"]!["request_id"]}"));
    }

    private static byte[] Plain(ReceivedRequest request)
    {
        if (request.Headers.GetValueOrDefault("Content-Encoding") != "gzip")
        {
            return request.Body;
        }

        using var plain = new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress);
        using var copy = new MemoryStream();
        plain.CopyTo(copy);
        return copy.ToArray();
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Entries(string archive)
    {
        yield return ("as it is", File.ReadAllBytes(archive));
        using var file = File.OpenRead(archive);
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        while (tar.GetNextEntry() is { } entry)
        {
            using var copy = new MemoryStream();
            entry.DataStream?.CopyTo(copy);
            yield return (entry.Name, copy.ToArray());
        }
    }

    [GeneratedRegex("\\{[^}]+\\}")]
    private static partial Regex Value();

    [GeneratedRegex("\"(?:id|request_id|name|username)\":\\s*\"([^\"]{1,64})\"")]
    private static partial Regex Id();
}
