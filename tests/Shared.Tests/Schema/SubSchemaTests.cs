using System.Text.Json.Nodes;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema;

/// <summary>A config whose schema the name of the plugin, or of the vault, selects.</summary>
public sealed class SubSchemaTests
{
    private const string Consumer = """ "consumer":{"id":"0198a7c0-1111-7000-8000-000000000001"} """;

    [Fact]
    public void Plugin_Config_IsCompletedByItsOwnSchema()
    {
        var plugin = Documents.Accepted(Normalise("""{"name":"door-keeper","config":{"width":90}}"""));

        Assert.Equal("""{"width":90,"colour":"red","code":null}""", plugin["config"]!.ToJsonString());
        Assert.Equal("""["https"]""", plugin["protocols"]!.ToJsonString());
    }

    [Fact]
    public void Plugin_WithoutConfig_IsHeldAgainstItsSchema() =>
        Assert.Equal("schema violation (config.width: required field missing)", Documents.Refused(Normalise("""{"name":"door-keeper"}""")).Message);

    [Theory]
    [InlineData("""{"config":{}}""", "schema violation (name: required field missing)")]
    [InlineData(
        """{"name":"door-keper","config":{"width":1}}""",
        "schema violation (name: plugin 'door-keper' not enabled; add it to the 'plugins' configuration property); did you mean 'door-keeper' instead of 'door-keper'?")]
    [InlineData("""{"name":"oidc"}""", "schema violation (name: plugin 'oidc' not enabled; add it to the 'plugins' configuration property)")]
    [InlineData("""{"name":"door-keeper","config":[]}""", "schema violation (config: expected a record)")]
    [InlineData(
        """{"name":"door-keeper","config":{"width":1,"colr":"x"}}""",
        "schema violation (config.colr: unknown field); did you mean 'colour' instead of 'colr'?")]
    [InlineData("""{"name":"door-keeper","config":{"width":"x"}}""", "schema violation (config.width: expected an integer)")]
    [InlineData("""{"name":"door-keeper","config":{"width":201}}""", "schema violation (config.width: wider than this installation allows)")]
    [InlineData("""{"name":"door-keeper","config":{"width":1},""" + Consumer + "}", "schema violation (consumer: value must be null)")]
    public void Plugin_ThatDoesNotFit_IsRefused(string json, string message) => Assert.Equal(message, Documents.Refused(Normalise(json)).Message);

    [Fact]
    public void Plugin_WithAScopeThatItKnows_IsAccepted() =>
        Assert.NotNull(Documents.Accepted(Normalise("""{"name":"shop-log","config":{"name":"Corner"},""" + Consumer + "}"))["consumer"]);

    [Fact]
    public void Plugin_Patch_MergesItsConfigFieldByField()
    {
        var stored = Documents.Accepted(Normalise("""{"name":"shop-log","config":{"name":"Corner","address":{"street":"Dam"},"hours":[1,2]}}"""));

        var config = Documents.Accepted(Normalise("""{"config":{"floors":2,"address":{"country_code":"fr"},"hours":[3]}}""", stored))["config"]!;

        Assert.Equal("Corner", (string?)config["name"]);
        Assert.Equal("2", config["floors"]!.ToJsonString());
        Assert.Equal("""{"street":"Dam","country_code":"fr"}""", config["address"]!.ToJsonString());
        Assert.Equal("[3]", config["hours"]!.ToJsonString());
    }

    [Fact]
    public void Plugin_WithoutACatalogue_KeepsItsConfigAsItIs()
    {
        var plugin = Documents.Accepted(EntityKinds.Plugins.Normalise(Documents.Json("""{"name":"anything","config":{"a":[1]}}""")));

        Assert.Equal("""{"a":[1]}""", plugin["config"]!.ToJsonString());
    }

    [Fact]
    public void Vault_OfTheKnownType_IsCompleted()
    {
        var vault = Documents.Accepted(EntityKinds.Vaults.Normalise(Documents.Json("""{"prefix":"my-env","name":"env"}""")));

        Assert.Equal("""{"prefix":null}""", vault["config"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"prefix":"my-env","name":"hcv"}""", "schema violation (name: vault 'hcv' is not installed)")]
    [InlineData("""{"prefix":"my-env","name":"env","config":{"prefix":"1"}}""", "schema violation (config.prefix: invalid value: 1)")]
    [InlineData("""{"prefix":"env","name":"env"}""", "schema violation (prefix: must not be one of: aws, azure, conjur, env, file, gcp, hcv)")]
    public void Vault_ThatDoesNotFit_IsRefused(string json, string message) =>
        Assert.Equal(message, Documents.Refused(EntityKinds.Vaults.Normalise(Documents.Json(json))).Message);

    private static Result<JsonObject> Normalise(string json, JsonObject? existing = null) =>
        EntityKinds.Plugins.Normalise(Documents.Json(json), new NormaliseOptions { SubSchemas = new FakePlugins(), Existing = existing });
}
