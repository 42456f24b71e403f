using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Configuration;
using Gateway.Core.Plugins;
using Gateway.Core.Secrets;
using Gateway.Core.Tests.Pipeline;
using Gateway.Core.Tests.Plugins;
using Gateway.Core.Tests.Plugins.Published;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Secrets;

/// <summary>Every field of every plugin that may hold a reference, holding one.</summary>
public sealed class ReferenceableFieldsTests
{
    private static readonly PluginCatalog Catalog = new();

    public static TheoryData<string> Plugins => [.. Catalog.Plugins.Where(p => Sample(p.Name).References.Count > 0).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task Secret_ReachesItsField(string plugin)
    {
        var (config, references) = Sample(plugin);

        var built = await BuildAsync(plugin, config, references.ToDictionary(r => r.Name, r => r.IsNumber ? "77" : "value-of-" + r.Name));

        Assert.All(references, r => Assert.Equal(r.IsNumber ? "77" : "value-of-" + r.Name, At(built.Config, r.Path)?.ToString()));
        Assert.DoesNotContain(built.Log.Lines, l => l.Contains("Secret reference", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task Secret_Absent_LeavesAnEmptyFieldThatTheLogNames(string plugin)
    {
        var (config, references) = Sample(plugin);

        var built = await BuildAsync(plugin, config, []);

        Assert.All(references, r =>
        {
            Assert.True(r.IsNumber || (string?)At(built.Config, r.Path) == "", r.Path);
            Assert.Single(built.Log.Lines, l => l.Contains($" cannot be resolved, config.{r.Path} of plugin {plugin} (", StringComparison.Ordinal));
        });
    }

    /// <summary>A wrong secret must not keep the rest of the configuration from serving, or the gateway from starting.</summary>
    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task Secret_OfTheWrongType_LeavesTheConfigurationWorking(string plugin)
    {
        var (config, references) = Sample(plugin);

        var built = await BuildAsync(plugin, config, references.ToDictionary(r => r.Name, _ => "canary value"));

        Assert.Equal(references.Count(r => r.IsNumber), built.Log.Lines.Count(l => l.Contains("no number that the field takes", StringComparison.Ordinal)));
        Assert.DoesNotContain(built.Log.Lines, l => l.Contains("canary", StringComparison.Ordinal));
    }

    /// <returns>The plugin's config as it runs, and what the log heard.</returns>
    private static async Task<(JsonNode Config, RecordingLog Log)> BuildAsync(string plugin, JsonObject config, Dictionary<string, string> secrets)
    {
        var normalised = PluginConfigs.Normalise(plugin, config);
        Assert.False(normalised.IsError, normalised.Error?.Message);
        var memory = new MemoryVault();
        var log = new RecordingLog();
        foreach (var (name, value) in secrets)
        {
            memory.Secrets[name] = value;
        }

        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddGateway(new ConfigurationBuilder().Build())
            .AddSingleton<IVaultType>(memory)
            .BuildServiceProvider();
        var snapshot = services.GetRequiredService<SnapshotBuilder>().Build(GatewayHost.Config(plugin, normalised.Value["config"]!.ToJsonString()), null);
        var running = Assert.Single(snapshot.PluginInstances).Config;
        return (JsonSerializer.SerializeToNode(running, running.GetType(), SchemaJson.Options)!, log);
    }

    /// <summary>A config with all fields set, and references where they may be.</summary>
    private static (JsonObject Config, List<(string Path, string Name, bool IsNumber)> References) Sample(string plugin)
    {
        var schema = JsonNode.Parse(SchemaDocuments.JsonSchema(Catalog.Find(plugin)!.Schema).ToJsonString())!.AsObject();
        var references = new List<(string Path, string Name, bool IsNumber)>();
        return ((JsonObject)Put(SampleConfig.Of(plugin, schema), schema, "", references), references);
    }

    private static JsonNode Put(JsonNode value, JsonObject schema, string path, List<(string Path, string Name, bool IsNumber)> references)
    {
        if (schema["x-referenceable"] is not null)
        {
            references.Add((path, $"secret-{references.Count}", schema["type"]!.ToString() is "integer" or "number"));
            return $"{{vault://memory/{references[^1].Name}}}";
        }

        foreach (var (name, member) in (value as JsonObject)?.ToList() ?? [])
        {
            if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is JsonObject inner && member is not null)
            {
                value[name] = Put(member.DeepClone(), inner, path.Length == 0 ? name : $"{path}.{name}", references);
            }
        }

        if (value is JsonArray { Count: > 0 } list && schema["items"] is JsonObject items)
        {
            list[0] = Put(list[0]!.DeepClone(), items, path + ".1", references);
        }

        return value;
    }

    private static JsonNode? At(JsonNode? config, string path) =>
        path.Split('.').Aggregate(config, (at, part) => part == "1" && at is JsonArray list ? list[0] : at?[part]);
}
