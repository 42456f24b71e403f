using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

/// <summary>Schemas as clients read them: declarative tools fill in defaults from these.</summary>
public sealed class SchemaDocumentsTests
{
    [Theory]
    [InlineData("name", """{"type":"string","description":"Name over the door.","required":true,"len_min":2,"len_max":20}""")]
    [InlineData("kind", """{"type":"string","description":"What is sold.","required":true,"default":"food","one_of":["books","food"]}""")]
    [InlineData("floors", """{"type":"integer","description":"Number of floors.","required":true,"default":1,"between":[1,9]}""")]
    [InlineData("status", """{"type":"integer","description":"Status of the shop.","one_of":[200,404]}""")]
    [InlineData("rating", """{"type":"number","description":"Stars.","gt":0}""")]
    [InlineData("remark", """{"type":"string","description":"A remark.","len_min":0}""")]
    [InlineData("hours", """{"type":"array","description":"Hours at which it opens, in order.","elements":{"type":"integer","required":true,"between":[0,23]}}""")]
    [InlineData("labels", """{"type":"set","description":"Labels.","len_min":1,"len_max":3,"elements":{"type":"string","required":true}}""")]
    [InlineData("prices", """{"type":"map","description":"Prices by name.","keys":{"type":"string"},"values":{"type":"number","required":true,"gt":0}}""")]
    [InlineData("billing", """
        {"type":"record","description":"Where bills go.","required":false,
         "fields":[{"street":{"type":"string","description":"Street."}},
                   {"country_code":{"type":"string","description":"Country.","required":true,"default":"nl"}}]}
        """)]
    [InlineData("owner", """{"type":"foreign","description":"Who owns it.","reference":"people","default":null}""")]
    [InlineData("extra", """{"type":"map","description":"Anything else.","keys":{"type":"string"},"values":{"type":"any"}}""")]
    [InlineData("till_key", """{"type":"string","description":"Key of the till.","auto":true,"encrypted":true}""")]
    [InlineData("password", """{"type":"string","description":"Password of the till.","referenceable":true,"encrypted":true}""")]
    [InlineData("id", """{"type":"string","description":"Unique identifier.","uuid":true,"auto":true}""")]
    [InlineData("created_at", """{"type":"integer","description":"Creation time, Unix seconds.","timestamp":true,"auto":true}""")]
    public void KongField_HasTheOriginalsAttributes(string name, string json) =>
        Assert.Equal(CanonicalJson.Of(json), CanonicalJson.Of(SchemaDocuments.KongField(Documents.Shop.Find(name)!)));

    [Fact]
    public void Kong_ListsFieldsInOrderAndChecks()
    {
        var document = SchemaDocuments.Kong(EntityKinds.Consumers.Schema);

        Assert.Equal(
            ["id", "username", "custom_id", "tags", "created_at", "updated_at"],
            document["fields"]!.AsArray().Select(f => Assert.Single(f!.AsObject()).Key));
        Assert.Equal("""[{"at_least_one_of":["custom_id","username"]}]""", document["entity_checks"]!.ToJsonString());
    }

    /// <summary>A record says whether absence expands it; clients take a missing word for yes.</summary>
    [Fact]
    public void Kong_EveryRecord_SaysWhetherItIsRequired()
    {
        var address = SchemaDocuments.KongField(Documents.Shop.Find("address")!);

        Assert.True((bool?)address["required"]);
        Assert.Null(address["default"]);
    }

    [Fact]
    public void JsonSchema_HasTypesBoundsAndDefaults()
    {
        var properties = SchemaDocuments.JsonSchema(Documents.Shop)["properties"]!.AsObject();

        Assert.Equal(
            CanonicalJson.Of("""
                {"name":{"type":"string","minLength":2,"maxLength":20},
                 "kind":{"type":"string","default":"food","enum":["books","food"]},
                 "floors":{"type":"integer","default":1,"minimum":1,"maximum":9},
                 "rating":{"type":"number","exclusiveMinimum":0},
                 "labels":{"type":"array","uniqueItems":true,"minItems":1,"maxItems":3,"items":{"type":"string"}},
                 "prices":{"type":"object","additionalProperties":{"type":"number","exclusiveMinimum":0}},
                 "codes":{"type":"object","additionalProperties":{"type":"string","x-referenceable":true,"x-encrypted":true}},
                 "till_port":{"type":"integer","x-referenceable":true},
                 "extra":{"type":"object","additionalProperties":true},
                 "owner":{"type":"object","additionalProperties":false,"properties":{"id":{"type":"string"}}}}
                """),
            CanonicalJson.Of(new JsonObject(
                from name in new[] { "name", "kind", "floors", "rating", "labels", "prices", "codes", "till_port", "extra", "owner" }
                select KeyValuePair.Create(name, Undescribed(properties[name]!)))));
    }

    /// <summary>A closed record is not filled in by clients; it would differ from the null that is stored.</summary>
    [Fact]
    public void JsonSchema_OptionalRecord_IsClosed_OthersAreNot()
    {
        var properties = SchemaDocuments.JsonSchema(Documents.Shop)["properties"]!;

        Assert.False((bool?)properties["billing"]!["additionalProperties"]);
        Assert.Null(properties["address"]!["additionalProperties"]);
        Assert.Equal("nl", (string?)properties["billing"]!["properties"]!["country_code"]!["default"]);
    }

    [Fact]
    public void JsonSchema_Required_IsWhatAClientMustGive()
    {
        Assert.Equal("""["name"]""", SchemaDocuments.JsonSchema(Documents.Shop)["required"]!.ToJsonString());
        Assert.Equal("""["width"]""", SchemaDocuments.JsonSchema(Documents.Shop)["properties"]!["doors"]!["items"]!["required"]!.ToJsonString());
        Assert.Null(SchemaDocuments.JsonSchema(RecordSchema.For<AddressConfig>())["required"]);
        Assert.Equal("""["expanded"]""", SchemaDocuments.JsonSchema(RecordSchema.For<HallConfig>())["required"]!.ToJsonString());
        Assert.Equal("""["width"]""", SchemaDocuments.JsonSchema(RecordSchema.For<HallConfig>())["properties"]!["optional"]!["required"]!.ToJsonString());
    }

    /// <summary>A record that is listed but always null would be changed by declarative tools for ever.</summary>
    [Fact]
    public void UndocumentedField_IsInNeitherForm()
    {
        var services = EntityKinds.Services.Schema;

        Assert.True(services.Find("tls_sans")!.Undocumented);
        Assert.DoesNotContain("tls_sans", SchemaDocuments.Kong(services).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("tls_sans", SchemaDocuments.JsonSchema(services).ToJsonString(), StringComparison.Ordinal);
    }

    private static JsonNode Undescribed(JsonNode schema)
    {
        var copy = schema.DeepClone();
        copy.AsObject().Remove("description");
        return copy;
    }

    private sealed record HallConfig
    {
        [Field("Absent, it is expanded, and then its width is missed.")]
        public DoorConfig Expanded { get; init; } = new() { Width = 0 };

        [Field("Absent, it is null.")]
        public DoorConfig? Optional { get; init; }

        [Field("Absent, it is expanded without a fault.")]
        public AddressConfig Address { get; init; } = new();
    }
}
