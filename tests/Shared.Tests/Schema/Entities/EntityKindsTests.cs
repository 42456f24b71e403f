using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Shared.Tests.Schema.Entities;

public sealed class EntityKindsTests
{
    private const string Parent = """{"id":"0198a7c0-1111-7000-8000-000000000001"}""";

    /// <summary>The least that a client must send, by kind. Certificates have tests of their own.</summary>
    private static readonly Dictionary<string, string> Least = new()
    {
        ["services"] = """{"host":"example.com"}""",
        ["routes"] = """{"paths":["/"]}""",
        ["plugins"] = """{"name":"anything"}""",
        ["consumers"] = """{"username":"ada"}""",
        ["consumer_groups"] = """{"name":"gold"}""",
        ["keyauth_credentials"] = $$"""{"consumer":{{Parent}}}""",
        ["basicauth_credentials"] = $$"""{"consumer":{{Parent}},"username":"ada","password":"secret"}""",
        ["jwt_secrets"] = $$"""{"consumer":{{Parent}}}""",
        ["hmacauth_credentials"] = $$"""{"consumer":{{Parent}},"username":"ada"}""",
        ["consumer_group_consumers"] = $$"""{"consumer":{{Parent}},"consumer_group":{{Parent}}}""",
        ["acls"] = $$"""{"consumer":{{Parent}},"group":"gold"}""",
        ["upstreams"] = """{"name":"pool"}""",
        ["targets"] = $$"""{"upstream":{{Parent}},"target":"10.0.0.1"}""",
        ["snis"] = $$"""{"name":"example.com","certificate":{{Parent}}}""",
        ["vaults"] = """{"name":"env","prefix":"my-env"}""",
        ["key_sets"] = """{}""",
        ["keys"] = """{"kid":"k1","jwk":"{\"kid\":\"k1\"}"}""",
        ["partials"] = """{"type":"redis-ee"}""",
    };

    public static TheoryData<string> Names => [.. EntityKinds.All.Select(k => k.Name)];

    public static TheoryData<string> SimpleNames => [.. Least.Keys];

    [Fact]
    public void All_HaveNamesAndPathsOfTheirOwn()
    {
        Assert.Equal(20, EntityKinds.All.Count);
        Assert.Distinct(EntityKinds.All.Select(k => k.Name));
        Assert.Distinct(EntityKinds.All.Select(k => k.Path));
        Assert.Distinct(EntityKinds.All.Select(k => k.Singular));
        Assert.Distinct(EntityKinds.All.Select(k => k.KonnectName));
        Assert.Empty(Least.Keys.Except(EntityKinds.All.Select(k => k.Name)));
    }

    /// <summary>The order in which a dump can be read in.</summary>
    [Fact]
    public void All_NamesParentsBeforeChildren()
    {
        var order = EntityKinds.All.Select(k => k.Name).ToList();

        Assert.All(
            from kind in EntityKinds.All from key in kind.ForeignKeys select (kind.Name, key.References),
            pair => Assert.InRange(order.IndexOf(pair.References), 0, order.IndexOf(pair.Name) - 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Kind_SpeaksOfFieldsThatExist(string name)
    {
        var kind = EntityKinds.Find(name)!;
        var foreign = kind.Schema.Fields.Where(f => f.Kind == FieldKind.Foreign).ToList();

        Assert.All(kind.Unique.SelectMany(u => u.Fields), field => Assert.NotNull(kind.Schema.Find(field)));
        Assert.Equal(foreign.Select(f => (f.Name, f.Reference!)).Order(), kind.ForeignKeys.Select(k => (k.Field, k.References)).Order());
        Assert.All(kind.ForeignKeys, key => Assert.NotNull(EntityKinds.Find(key.References)));
        Assert.All(kind.VirtualFields.Concat(kind.Shorthands), field => Assert.Null(kind.Schema.Find(field)));
        if (kind.EndpointKey is { } endpointKey)
        {
            Assert.NotNull(kind.Schema.Find(endpointKey));
            Assert.Contains(kind.Unique, u => u.Fields.Contains(endpointKey));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Find_ByAnyOfItsNames_IsTheKind(string name)
    {
        var kind = EntityKinds.Find(name)!;

        Assert.Same(kind, EntityKinds.FindByType(kind.RecordType));
        Assert.Same(kind.HasCollection ? kind : null, EntityKinds.FindByPath(kind.Path));
    }

    [Fact]
    public void Find_Unknown_IsNull()
    {
        Assert.Null(EntityKinds.Find("service"));
        Assert.Null(EntityKinds.FindByPath("keyauth_credentials"));
        Assert.Null(EntityKinds.FindByType(typeof(string)));
    }

    [Theory]
    [InlineData("services", "plugins", "routes")]
    [InlineData("routes", "plugins")]
    [InlineData("consumers", "acls", "basic-auth", "hmac-auth", "jwt", "key-auth", "plugins")]
    [InlineData("consumer_groups", "plugins")]
    [InlineData("upstreams", "targets")]
    [InlineData("certificates", "services", "snis", "upstreams")]
    [InlineData("key_sets", "keys")]
    [InlineData("plugins")]
    public void Nested_AreTheCollectionsUnderIt(string name, params string[] paths) =>
        Assert.Equal(paths, EntityKinds.Find(name)!.Nested.Select(n => n.Path).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("routes", "service", OnDelete.Restrict)]
    [InlineData("services", "client_certificate", OnDelete.Restrict)]
    [InlineData("upstreams", "client_certificate", OnDelete.Restrict)]
    [InlineData("plugins", "service", OnDelete.Cascade)]
    [InlineData("plugins", "route", OnDelete.Cascade)]
    [InlineData("plugins", "consumer", OnDelete.Cascade)]
    [InlineData("plugins", "consumer_group", OnDelete.Cascade)]
    [InlineData("keyauth_credentials", "consumer", OnDelete.Cascade)]
    [InlineData("basicauth_credentials", "consumer", OnDelete.Cascade)]
    [InlineData("acls", "consumer", OnDelete.Cascade)]
    [InlineData("targets", "upstream", OnDelete.Cascade)]
    [InlineData("snis", "certificate", OnDelete.Cascade)]
    [InlineData("keys", "set", OnDelete.Cascade)]
    public void ForeignKey_SaysWhatDeletingTheParentDoes(string name, string field, OnDelete onDelete) =>
        Assert.Equal(onDelete, EntityKinds.Find(name)!.ForeignKeys.Single(k => k.Field == field).OnDelete);

    [Theory]
    [MemberData(nameof(SimpleNames))]
    public void Normalise_LeastInput_IsWhole_AndReadsIntoItsRecord(string name)
    {
        var kind = EntityKinds.Find(name)!;

        var document = Documents.Accepted(kind.Normalise(Documents.Json(Least[name])));
        var record = SchemaJson.Deserialise(document, kind.RecordType);

        Assert.Equal(kind.Schema.Fields.Select(f => f.Name), document.Select(m => m.Key));
        Assert.Equal(
            CanonicalJson.Of(document),
            CanonicalJson.Of(System.Text.Json.JsonSerializer.SerializeToNode(record, kind.RecordType, SchemaJson.Options)));
    }

    [Theory]
    [MemberData(nameof(SimpleNames))]
    public void Normalise_WhatIsStored_ComesOutTheSame(string name)
    {
        var kind = EntityKinds.Find(name)!;
        var options = new NormaliseOptions { Time = new FakeTimeProvider() };
        var stored = Documents.Accepted(kind.Normalise(Documents.Json(Least[name]), options));

        Assert.Equal(CanonicalJson.Of(stored), CanonicalJson.Of(Documents.Accepted(kind.Normalise(stored, options))));
        Assert.Equal(CanonicalJson.Of(stored), CanonicalJson.Of(Documents.Accepted(kind.Normalise([], options with { Existing = stored }))));
    }

    [Theory]
    [MemberData(nameof(SimpleNames))]
    public void Normalise_EachFieldLeftOut_IsMissedWhenItIsNeeded(string name)
    {
        var kind = EntityKinds.Find(name)!;
        foreach (var field in Documents.Json(Least[name]).Select(m => m.Key))
        {
            var input = Documents.Json(Least[name]);
            input.Remove(field);

            Assert.True(kind.Normalise(input).IsError, $"{name} without {field}");
        }
    }

    [Theory]
    [MemberData(nameof(SimpleNames))]
    public void Normalise_UnknownField_IsRefused(string name)
    {
        var input = Documents.Json(Least[name]);
        input["tagz"] = new JsonArray("a");

        var hint = EntityKinds.Find(name)!.Schema.Find("tags") is null ? "" : "; did you mean 'tags' instead of 'tagz'?";
        Assert.Equal("schema violation (tagz: unknown field)" + hint, Documents.Refused(EntityKinds.Find(name)!.Normalise(input)).Message);
    }

    [Fact]
    public void Normalise_AnotherId_IsRefused_TheSameIdIsNot()
    {
        var stored = Documents.Accepted(EntityKinds.Consumers.Normalise(Documents.Json(Least["consumers"])));
        var options = new NormaliseOptions { Existing = stored };

        Assert.False(EntityKinds.Consumers.Normalise(new JsonObject { ["id"] = stored["id"]!.DeepClone() }, options).IsError);
        Assert.Equal(
            [("id", "immutable field cannot be updated")],
            Documents.Refused(EntityKinds.Consumers.Normalise(new JsonObject { ["id"] = Guid.NewGuid().ToString() }, options)).Flatten());
    }

    [Theory]
    [InlineData("consumers", """{}""", "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')")]
    [InlineData("keys", """{"kid":"k"}""", "schema violation (exactly one of these fields must be non-empty: 'jwk', 'pem')")]
    [InlineData("keys", """{"kid":"k","jwk":"x"}""", "schema violation (jwk: could not json decode jwk string)")]
    [InlineData("keys", """{"kid":"k","jwk":"{\"kid\":\"other\"}"}""", "schema violation (kid in jwk.kid must be equal to keys.kid)")]
    [InlineData("keys", """{"kid":"k","pem":{}}""", "schema violation (pem: at least one of these fields must be non-empty: 'private_key', 'public_key')")]
    [InlineData("partials", """{"type":"x","config":{}}""", "schema violation (type: expected one of: embeddings, model, redis-ce, redis-ee, vectordb)")]
    [InlineData("consumers", """{"username":"ada","tags":["a,b"]}""", "schema violation (tags.1: invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences)")]
    public void Normalise_FaultyEntity_IsRefused(string name, string json, string message) =>
        Assert.Equal(message, Documents.Refused(EntityKinds.Find(name)!.Normalise(Documents.Json(json))).Message);

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:8000")]
    [InlineData("10.0.0.1:80", "10.0.0.1:80")]
    [InlineData("example.com", "example.com:8000")]
    [InlineData("[::1]:443", "[0000:0000:0000:0000:0000:0000:0000:0001]:443")]
    [InlineData("::1", "[0000:0000:0000:0000:0000:0000:0000:0001]:8000")]
    public void Normalise_Target_IsStoredWithItsPort(string written, string stored)
    {
        var target = Documents.Accepted(EntityKinds.Targets.Normalise(Documents.Json($$"""{"upstream":{{Parent}},"target":"{{written}}"}""")));

        Assert.Equal(stored, (string?)target["target"]);
    }
}
