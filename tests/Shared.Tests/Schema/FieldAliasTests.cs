using System.Text.Json.Nodes;
using Gateway.Shared.Contracts;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

/// <summary>Older names of fields: accepted, never stored, shown beside the new ones.</summary>
public sealed class FieldAliasTests
{
    private const string Stored = """{"watts":40,"bulb":{"watts":60,"code":"secret"}}""";

    [Theory]
    [InlineData("""{"bulb_watts":60,"bulb_code":"secret"}""")]
    [InlineData("""{"bulb":{"watts":60},"bulb_code":"secret"}""")]
    [InlineData("""{"bulb":{"watts":60,"code":null},"bulb_code":"secret"}""")]
    [InlineData("""{"bulb":{"watts":60,"code":"secret"},"bulb_watts":60.0,"bulb_code":"secret"}""")]
    [InlineData("""{"bulb":{"watts":60,"code":"secret"},"bulb_watts":null}""")]
    [InlineData("""{"bulb":null,"bulb_watts":60,"bulb_code":"secret"}""")]
    public void Alias_StandsForItsField_AndIsNotStored(string config) =>
        Assert.Equal(CanonicalJson.Of(Stored), CanonicalJson.Of(Documents.Accepted(Normalise(config))["config"]));

    [Theory]
    [InlineData("""{"bulb_watts":80}""", 80, "secret")]
    [InlineData("""{"bulb_watts":null}""", 25, "secret")]
    [InlineData("""{"bulb_code":"other"}""", 60, "other")]
    public void Alias_InAPatch_ChangesItsFieldAlone(string patch, int watts, string code)
    {
        var existing = Documents.Accepted(Normalise(Stored));

        var bulb = Documents.Accepted(SchemaNormaliser.Normalise(
            RecordSchema.For<PluginConfig>(),
            new JsonObject { ["config"] = JsonNode.Parse(patch) },
            new NormaliseOptions { SubSchemas = new FakePlugins(), Existing = existing }))["config"]!["bulb"]!;

        Assert.Equal($$"""{"watts":{{watts}},"code":"{{code}}"}""", bulb.ToJsonString());
    }

    [Theory]
    [InlineData(
        """{"bulb_watts":1,"bulb":{"watts":2}}""",
        "schema violation (config.bulb_watts: both deprecated and new field are used but their values mismatch: bulb_watts vs bulb.watts)")]
    [InlineData("""{"bulb_watts":"many"}""", "schema violation (config.bulb.watts: expected an integer)")]
    [InlineData("""{"bulb_watt":1}""", "schema violation (config.bulb_watt: unknown field); did you mean 'bulb_watts' instead of 'bulb_watt'?")]
    [InlineData("""{"bulb_watts":1,"bulb":"x"}""", "schema violation (config.bulb: expected a record)")]
    public void Alias_ThatDoesNotFit_IsRefused(string config, string message) =>
        Assert.Equal(message, Documents.Refused(Normalise(config)).Message);

    [Fact]
    public void Input_IsNotChanged()
    {
        var input = JsonNode.Parse("""{"name":"lamp","config":{"bulb_watts":60}}""")!.AsObject();

        SchemaNormaliser.Normalise(RecordSchema.For<PluginConfig>(), input, new NormaliseOptions { SubSchemas = new FakePlugins() });

        Assert.Equal("""{"name":"lamp","config":{"bulb_watts":60}}""", input.ToJsonString());
    }

    [Fact]
    public void Show_AddsEachAliasWithTheValueOfItsField_MaskedWhereThatIs()
    {
        var schema = RecordSchema.For<PluginConfig>();
        var document = SecretPaths.Masked(Documents.Accepted(Normalise(Stored)), schema, new FakePlugins());

        FieldAliases.Show(document, schema, new FakePlugins());

        Assert.Equal(
            CanonicalJson.Of("""{"watts":40,"bulb":{"watts":60,"code":"********"},"bulb_watts":60,"bulb_code":"********"}"""),
            CanonicalJson.Of(document["config"]));
    }

    [Fact]
    public void Form_Alias_HasTheTypeOfItsField()
    {
        var document = FormBody.ToJson([new("name", "lamp"), new("config.bulb_watts", "60")], RecordSchema.For<PluginConfig>(), new FakePlugins());

        Assert.Equal("""{"bulb_watts":60}""", document["config"]!.ToJsonString());
    }

    [Fact]
    public void Document_ListsAliasesApart_AndTheirReplacement()
    {
        var document = SchemaDocuments.Kong(RecordSchema.For<LampConfig>());

        Assert.Equal(["watts", "bulb"], document["fields"]!.AsArray().Select(f => f!.AsObject().First().Key));
        Assert.Equal(
            CanonicalJson.Of("""
                {
                  "type":"string","description":"Code on the bulb.","encrypted":true,
                  "deprecation":{
                    "message":"bulb_code is deprecated, please use bulb.code instead","removal_in_version":"4.0",
                    "replaced_with":[{"path":["bulb","code"]}]
                  },
                  "translate_backwards":["bulb","code"]
                }
                """),
            CanonicalJson.Of(document["shorthand_fields"]![1]!["bulb_code"]));
        Assert.DoesNotContain("bulb_code", SchemaDocuments.JsonSchema(RecordSchema.For<LampConfig>()).ToJsonString(), StringComparison.Ordinal);
    }

    private static Result<JsonObject> Normalise(string config) => SchemaNormaliser.Normalise(
        RecordSchema.For<PluginConfig>(),
        new JsonObject { ["name"] = "lamp", ["config"] = JsonNode.Parse(config) },
        new NormaliseOptions { SubSchemas = new FakePlugins() });
}

/// <summary>A record whose bulb had fields of the record itself once.</summary>
internal sealed record LampConfig
{
    public static IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string>
    {
        ["bulb_watts"] = "bulb.watts",
        ["bulb_code"] = "bulb.code",
    };

    [Field("Most watts.")]
    public int Watts { get; init; } = 40;

    [Field("What shines.")]
    public BulbConfig Bulb { get; init; } = new();
}

/// <summary>A bulb.</summary>
internal sealed record BulbConfig
{
    [Field("Watts.")]
    public int Watts { get; init; } = 25;

    [Field("Code on the bulb.", Secret = true)]
    public string? Code { get; init; }
}
