using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Plugins;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Core.Tests.Plugins.Published;

/// <summary>
/// Holds the config of every plugin of this build against the published schema of the same name, so that files made for the
/// original are taken as they are. Passes where the published material is not present.
/// </summary>
public sealed class PublishedSchemaTests
{
    private static readonly PluginCatalog Catalog = new();

    public static TheoryData<string> Plugins => [.. Catalog.Plugins.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Schema_DiffersFromThePublished_OnlyOnPurpose(string plugin)
    {
        if (PublishedSchema.Find(plugin) is not { } published)
        {
            return;
        }

        var differences = SchemaFacts.Differences(published.Config, SchemaDocuments.JsonSchema(Catalog.Find(plugin)!.Schema));

        Assert.Equal(
            string.Join('\n', DeliberateDifferences.All.Where(d => d.Plugin == plugin).Select(d => d.Difference).Order(StringComparer.Ordinal)),
            string.Join('\n', differences.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Instance_HasThePublishedProtocolsAndScopes(string plugin)
    {
        if (PublishedSchema.Find(plugin) is not { } published)
        {
            return;
        }

        var instance = Success(PluginConfigs.Normalise(plugin, SampleConfig.Of(plugin, published.Config)));

        Assert.Equal(published.Protocols.Order(), instance["protocols"]!.AsArray().Select(p => p!.GetValue<string>()).Order());
        Assert.All(["consumer", "consumer_group", "route", "service"], scope =>
        {
            var bound = PluginConfigs.Normalise(plugin, SampleConfig.Of(plugin, published.Config), i => i[scope] = new JsonObject { ["id"] = Guid.NewGuid().ToString() });

            Assert.Equal(published.Scopes.Contains(scope), !bound.IsError);
        });
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Config_WithEveryPublishedField_IsEchoed(string plugin)
    {
        if (PublishedSchema.Find(plugin) is not { } published)
        {
            return;
        }

        var config = Success(PluginConfigs.Normalise(plugin, SampleConfig.Of(plugin, published.Config)))["config"]!.AsObject();
        var type = Catalog.Find(plugin)!.ConfigType;
        var typed = JsonSerializer.SerializeToNode(SchemaJson.Deserialise(config, type), type, SchemaJson.Options);

        Assert.Equal(CanonicalJson.Of(SampleConfig.Of(plugin, published.Config)), CanonicalJson.Of(config));
        Assert.Equal(CanonicalJson.Of(config), CanonicalJson.Of(typed));
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Field_LeftOut_HasThePublishedDefault(string plugin)
    {
        foreach (var (field, config) in Samples(plugin, f => f.Schema["default"] is not null))
        {
            field.Record(config).Remove(field.Name);

            var value = field.In(Success(PluginConfigs.Normalise(plugin, config))["config"]);

            Assert.Equal(CanonicalJson.Of(field.Schema["default"]), CanonicalJson.Of(Named(value, field.Schema["default"])));
        }
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void RequiredField_LeftOut_IsMissed(string plugin)
    {
        foreach (var (field, config) in Samples(plugin, f => f.IsRequired))
        {
            field.Record(config).Remove(field.Name);

            // Of a record that is left out, the fields that it must have are missed.
            Assert.Contains(
                Violation(PluginConfigs.Normalise(plugin, config)).Flatten(),
                v => v.Text == "required field missing" && $"{v.Path}.".StartsWith($"config.{field}.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Field_OfAnotherType_IsRefused(string plugin)
    {
        foreach (var (field, config) in Samples(plugin, _ => true))
        {
            field.Record(config)[field.Name] = field.Type == "string" ? 5 : "five";

            var (_, text) = Assert.Single(Violation(PluginConfigs.Normalise(plugin, config)).Flatten(), v => v.Path == $"config.{field}");
            Assert.StartsWith("expected a", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Choice_Published_IsAccepted_AndNoOther(string plugin)
    {
        foreach (var (field, config) in Samples(plugin, f => f.Choices.Count > 0))
        {
            foreach (var choice in field.Choices)
            {
                Assert.DoesNotContain($"config.{field}", FaultyPlaces(plugin, config, field, choice));
            }

            Assert.Contains(FaultyPlaces(plugin, config, field, "no-such-choice"), p => p.StartsWith($"config.{field}", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public void Field_Misspelt_IsRefusedWithTheNameThatWasMeant(string plugin)
    {
        foreach (var (field, config) in Samples(plugin, _ => true))
        {
            var wrong = field.Name + "x";
            var place = $"config.{field}x";
            field.Record(config)[wrong] = true;

            var violation = Violation(PluginConfigs.Normalise(plugin, config));

            Assert.Equal([(place, "unknown field")], violation.Flatten());
            Assert.Equal($"did you mean '{field.Name}'?", (string?)violation.Hints?[place]);
            Assert.EndsWith($"; did you mean '{field.Name}' instead of '{wrong}'?", violation.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>For each field, a whole config to change.</summary>
    private static IEnumerable<(PublishedField Field, JsonObject Config)> Samples(string plugin, Func<PublishedField, bool> wanted) =>
        PublishedSchema.Find(plugin) is { } published
            ? published.Fields.Where(wanted).Select(f => (f, SampleConfig.Of(plugin, published.Config)))
            : [];

    private static IEnumerable<string> FaultyPlaces(string plugin, JsonObject config, PublishedField field, JsonNode choice)
    {
        field.Record(config)[field.Name] = field.Type == "array" ? new JsonArray(choice.DeepClone()) : choice.DeepClone();
        return PluginConfigs.Normalise(plugin, config) is { IsError: true } refused ? Violation(refused).Flatten().Select(v => v.Path) : [];
    }

    /// <summary>Of a record, the members that its default names: the others have defaults of their own.</summary>
    private static JsonNode? Named(JsonNode? value, JsonNode? @default) => (value, @default) is (JsonObject record, JsonObject named)
        ? new JsonObject(named.Select(m => KeyValuePair.Create(m.Key, record[m.Key]?.DeepClone())))
        : value;

    private static JsonObject Success(Result<JsonObject> result)
    {
        Assert.False(result.IsError, result.Error?.Message);
        return result.Value!;
    }

    private static SchemaViolationError Violation(Result<JsonObject> result) => Assert.IsType<SchemaViolationError>(result.Error);
}
