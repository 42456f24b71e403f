using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Data;
using ConsoleWeb.Tests.Cli;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Plugins;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>Secrets in partials: each field of each type, in every place where they could show.</summary>
public sealed class PartialSecretTests : IDisposable
{
    private const string Mask = SecretPaths.Mask;

    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-partials-").FullName;

    private string Data => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Secrets_OfEveryType_ShowNowhereInClear()
    {
        var canaries = new List<string>();
        var ids = new List<string>();
        await using (var host = await TestHost.StartInAsync(Data, keepsData: true))
        {
            var reader = await host.MakeTokenAsync(TokenScopes.ConfigRead, TokenScopes.ConfigWrite);
            foreach (var (type, schema) in new PluginCatalog().Partials)
            {
                // Twice, so that a version holds one as what was before.
                var created = await host.PostAsync("/partials", Body(type, schema, canaries));
                Assert.True(created.Status == HttpStatusCode.Created, created.Text);
                ids.Add(created["id"]!.ToString());
                var changed = await host.PutAsync("/partials/" + ids[^1], Body(type, schema, canaries));
                Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
            }

            Assert.True(canaries.Count > 40, $"{canaries.Count} secret fields");
            var shown = new StringBuilder();
            foreach (var path in new[] { "/partials", "/config", "/schemas/partials", "/tags", "/openapi.json" }.Concat(ids.Select(i => "/partials/" + i)).Concat(ids.Select(i => $"/partials/{i}/links")))
            {
                shown.AppendLine((await host.SendAsync(HttpMethod.Get, path, null, reader)).Text);
            }

            // Nobody sees them here, whatever the token may.
            foreach (var path in new[] { "/gatehouse/history", "/gatehouse/audit" }.Concat(Enumerable.Range(1, 2 * ids.Count).Select(v => $"/gatehouse/history/{v}")))
            {
                var answer = await host.GetAsync(path);
                Assert.True(answer.Status == HttpStatusCode.OK, path);
                shown.AppendLine(answer.Text);
            }

            var address = host.AdminUrl.ToString().TrimEnd('/');
            var dump = await CliRun.RunAsync((FakeAdminApi?)null, ["gateway", "dump", "--kong-addr", address, "--headers", "Kong-Admin-Token:" + reader], "");
            shown.AppendLine(dump.Stdout).AppendLine(dump.Stderr);
            Assert.Contains(Mask, shown.ToString(), StringComparison.Ordinal);
            Assert.Equal("", Found(shown.ToString(), canaries));

            // Whoever may see them does, and gets the same values back that decK would send.
            var token = await host.MakeTokenAsync([.. TokenScopes.ForDeck]);
            var whole = (await host.SendAsync(HttpMethod.Get, "/partials", null, token)).Text;
            Assert.Equal(canaries.Count / 2, canaries.Count(c => whole.Contains(c, StringComparison.Ordinal)));
        }

        var archive = Path.Combine(_root, "backup.tgz");
        var backup = await CliRun.RunAsync(new Dictionary<string, string> { ["GATEHOUSE_DATA"] = Data }, ["backup", archive], "");
        await AssertFilesAsync(canaries);
        Assert.True(backup.ExitCode == 0, backup.Stderr);
        await using (var unpacked = new System.IO.Compression.GZipStream(File.OpenRead(archive), System.IO.Compression.CompressionMode.Decompress))
        using (var bytes = new MemoryStream())
        {
            await unpacked.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.Equal("", Found(Encoding.Latin1.GetString(bytes.ToArray()), canaries));
        }
    }

    [Fact]
    public async Task Mask_WrittenBack_KeepsTheSecret()
    {
        await using var host = await TestHost.StartInAsync(Data, keepsData: false);
        var piece = "/partials/" + (await host.PostAsync("/partials", """{"type":"redis-ce","config":{"host":"a.example","password":"some-canary"}}"""))["id"];

        await host.PutAsync(piece, $$$"""{"type":"redis-ce","config":{"host":"b.example","password":"{{{Mask}}}"}}""");

        var config = (await host.GetAsync(piece))["config"]!;
        Assert.Equal(("b.example", "some-canary"), (config["host"]!.ToString(), config["password"]!.ToString()));
    }

    [Fact]
    public async Task Reference_InAPartial_IsResolvedForTheCallAndShownAsItIs()
    {
        await using var provider = await FakeUpstream.StartAsync(http => http.Response.WriteAsync("{}"));
        await using var host = await TestHost.StartInAsync(Data, keepsData: false, $"Gateway:Providers:openai:BaseUrl={provider.Address}");
        var vault = Directory.CreateDirectory(Path.Combine(host.Directory, "secrets", "team")).FullName;
        await File.WriteAllTextAsync(Path.Combine(vault, "key"), "Bearer from-the-vault", TestContext.Current.CancellationToken);
        await host.PostAsync("/vaults", $$"""{"prefix":"team","name":"file","config":{"path":"{{vault}}" } }""");
        var piece = await host.PostAsync("/partials", """{"type":"model","config":{"route_type":"llm/v1/chat","auth":{"header_name":"Authorization","header_value":"{vault://team/key}"},"model":{"provider":"openai","name":"m"}}}""");
        var service = (await host.PostAsync("/services", """{"name":"ai","host":"unused.example"}"""))["id"];
        await host.PostAsync($"/services/{service}/routes", """{"paths":["/ai"]}""");

        var plugin = await host.PostAsync("/plugins", $$"""{"name":"ai-proxy-advanced","config":{},"partials":[{"id":"{{piece["id"]}}"}]}""");
        using var client = new HttpClient { BaseAddress = host.ProxyUrl };
        using var body = new StringContent("""{"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json");
        await client.PostAsync("/ai", body, TestContext.Current.CancellationToken);

        Assert.True(plugin.Status == HttpStatusCode.Created, plugin.Text);
        Assert.Equal("{vault://team/key}", (await host.GetAsync("/partials/" + piece["id"]))["config"]!["auth"]!["header_value"]!.ToString());
        Assert.Equal("Bearer from-the-vault", provider.Requests.Single().Headers["Authorization"]);
    }

    /// <summary>A store of the time when configs of partials were free objects.</summary>
    [Fact]
    public async Task Store_WithPlainSecrets_IsUpgradedWhenItIsOpened()
    {
        string[] canaries = ["plain-canary-now", "plain-canary-before", "plain-canary-unknown"];
        string piece, plugin;
        await using (var host = await TestHost.StartInAsync(Data, keepsData: true))
        {
            piece = (await host.PostAsync("/partials", """{"type":"redis-ce","config":{"host":"a.example","password":"stand-in-before"}}"""))["id"]!.ToString();
            await host.PatchAsync("/partials/" + piece, """{"config":{"password":"stand-in-now"}}""");
            plugin = (await host.PostAsync("/plugins", $$"""{"name":"rate-limiting","config":{"minute":5},"partials":[{"id":"{{piece}}"}]}"""))["id"]!.ToString();
            await FillAuditAsync(host, canaries[1]);
        }

        string Plain(string secret) => $$"""{"id":"{{piece}}","name":null,"type":"redis-ce","config":{"host":"a.example","password":"{{secret}}","passwort":"{{canaries[2]}}"},"tags":null,"created_at":1,"updated_at":1}""";
        await SqlAsync(
            "DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%_PartialSecrets'",
            $"UPDATE config_entities SET Document = '{Plain(canaries[0])}' WHERE Kind = 'partials'",
            "UPDATE config_entities SET Document = json_set(Document, '$.config.redis', json('{\"host\":\"own.example\",\"password\":\"enc:v1:none\"}')) WHERE Kind = 'plugins'",
            $$"""UPDATE config_versions SET Protected = NULL, Changes = '[{"kind":"partials","before":{{Plain(canaries[1])}},"after":{{Plain(canaries[0])}}}]' WHERE Number = 2""");

        await using (var host = await TestHost.StartInAsync(Data, keepsData: true))
        {
            var config = (await host.GetAsync("/partials/" + piece))["config"]!.AsObject();
            Assert.Equal((canaries[0], "2000"), (config["password"]!.ToString(), config["timeout"]?.ToString()));
            Assert.False(config.ContainsKey("passwort"));
            Assert.Null((await host.GetAsync("/plugins/" + plugin))["config"]!["redis"]);
            Assert.Equal("", Found((await host.GetAsync("/gatehouse/history/2")).Text + (await host.GetAsync("/gatehouse/audit")).Text, canaries));
            Assert.Null((await host.Services.GetRequiredService<AuditVerifier>().VerifyAsync(TestContext.Current.CancellationToken)).Problem);

            // The way back still knows what was before.
            Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/gatehouse/history/1/restore", "{}")).Status);
            Assert.Equal(canaries[1], (await host.GetAsync("/partials/" + piece))["config"]!["password"]!.ToString());
        }

        await AssertFilesAsync(canaries);
    }

    /// <summary>The smallest config of a type with something new in every secret field.</summary>
    private static string Body(string type, RecordSchema schema, List<string> canaries)
    {
        var config = JsonNode.Parse(type switch
        {
            "vectordb" => """{"strategy":"redis","dimensions":8,"distance_metric":"cosine"}""",
            "embeddings" => """{"model":{"provider":"openai","name":"m"},"auth":{"header_name":"a","param_name":"b","param_location":"query"}}""",
            "model" => """{"route_type":"llm/v1/chat","model":{"provider":"openai","name":"m"},"auth":{"header_name":"a","param_name":"b","param_location":"query"}}""",
            _ => "{}",
        })!.AsObject();
        Fill(config, schema, canaries);
        return new JsonObject { ["type"] = type, ["config"] = config }.ToJsonString();
    }

    private static void Fill(JsonObject config, RecordSchema schema, List<string> canaries)
    {
        foreach (var field in schema.Fields)
        {
            if (field.Secret)
            {
                canaries.Add($"canary-{field.Name}-{Guid.NewGuid():N}");
                config[field.Name] = field.Kind switch
                {
                    FieldKind.String => canaries[^1],
                    FieldKind.Map => new JsonObject { ["x"] = canaries[^1] },
                    _ => new JsonArray(canaries[^1]),
                };
            }
            else if (field.Record is { } record && HoldsSecret(record))
            {
                Fill((JsonObject)(config[field.Name] ??= new JsonObject()), record, canaries);
            }
        }
    }

    private static bool HoldsSecret(RecordSchema schema) => schema.Fields.Any(f => f.Secret || (f.Record is { } record && HoldsSecret(record)));

    private static string Found(string text, IEnumerable<string> canaries) => string.Join(' ', canaries.Where(c => text.Contains(c, StringComparison.Ordinal)));

    private async Task AssertFilesAsync(IEnumerable<string> canaries)
    {
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
        {
            Assert.Equal((file, ""), (file, Found(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), canaries)));
        }
    }

    private async Task SqlAsync(params string[] statements)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "gatehouse.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            Assert.True(await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken) > 0, statement);
        }
    }

    /// <summary>Puts a secret into the audit log where a mask is now, with the hashes that belong to it.</summary>
    private static async Task FillAuditAsync(TestHost host, string secret)
    {
        var files = host.Services.GetRequiredService<AuditFiles>();
        await using var context = await host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var head = new AuditHead(0, AuditChain.Start);
        foreach (var entry in await context.Audit.OrderBy(e => e.Sequence).ToListAsync(TestContext.Current.CancellationToken))
        {
            context.Entry(entry).Property(e => e.Details).CurrentValue = entry.Details?.Replace(Mask, secret, StringComparison.Ordinal);
            entry.Hash = AuditChain.Hash(files.Key, head.Hash, entry);
            head = new AuditHead(entry.Sequence, entry.Hash);
        }

        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        files.WriteHead(head);
    }
}
