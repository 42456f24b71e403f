using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Shared.Tests.Schema;

/// <summary>A partial document over a stored one: what PATCH does.</summary>
public sealed class SchemaPatchTests
{
    private static readonly JsonObject Stored = Documents.AcceptedShop("""
        {
          "name": "Corner", "kind": "books", "floors": 3, "hours": [8, 9], "labels": ["a", "b"], "prices": {"tea": 2, "cake": 4},
          "address": {"street": "Dam 1", "country_code": "be"}, "billing": {"street": "Post 2"}, "doors": [{"width": 90, "colour": "blue"}],
          "owner": {"id": "0198a7c0-1111-7000-8000-000000000001"}, "extra": {"a": 1}
        }
        """);

    [Theory]
    [InlineData("""{}""", """{}""")]
    [InlineData("""{"floors":4}""", """{"floors":4}""")]
    [InlineData("""{"kind":null}""", """{"kind":"food"}""")]
    [InlineData("""{"hours":null}""", """{"hours":null}""")]
    [InlineData("""{"hours":[10]}""", """{"hours":[10]}""")]
    [InlineData("""{"labels":["c","c"]}""", """{"labels":["c"]}""")]
    [InlineData("""{"doors":[{"width":70}]}""", """{"doors":[{"width":70,"colour":"red","code":null}]}""")]
    [InlineData("""{"doors":null}""", """{"doors":[]}""")]
    [InlineData("""{"address":{"street":"Dam 5"}}""", """{"address":{"street":"Dam 5","country_code":"be"}}""")]
    [InlineData("""{"address":{"country_code":null}}""", """{"address":{"street":"Dam 1","country_code":"nl"}}""")]
    [InlineData("""{"address":null}""", """{"address":{"street":null,"country_code":"nl"}}""")]
    [InlineData("""{"billing":null}""", """{"billing":null}""")]
    [InlineData("""{"billing":{"country_code":"fr"}}""", """{"billing":{"street":"Post 2","country_code":"fr"}}""")]
    [InlineData("""{"prices":{"tea":3}}""", """{"prices":{"tea":3,"cake":4}}""")]
    [InlineData("""{"prices":{"tea":null,"pie":5}}""", """{"prices":{"cake":4,"pie":5}}""")]
    [InlineData("""{"owner":{"name":"ada"}}""", """{"owner":{"name":"ada"}}""")]
    [InlineData("""{"owner":null}""", """{"owner":null}""")]
    [InlineData("""{"extra":{"b":2}}""", """{"extra":{"b":2}}""")]
    public void Normalise_Patch_ChangesOnlyWhatItNames(string patch, string changed)
    {
        var expected = Documents.Steady(Stored);
        foreach (var (name, value) in Documents.Json(changed))
        {
            expected[name] = value?.DeepClone();
        }

        var after = Documents.AcceptedShop(patch, Stored);

        Assert.Equal(CanonicalJson.Of(expected), CanonicalJson.Of(Documents.Steady(after)));
    }

    [Fact]
    public void Normalise_Patch_KeepsIdKeyAndCreationTime_AndMovesTheTimeOfChange()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(90));

        var after = Documents.Accepted(SchemaNormaliser.Normalise(
            Documents.Shop, Documents.Json("""{"floors":2}"""), new NormaliseOptions { Existing = Stored, Time = time }));

        Assert.All(["id", "till_key", "created_at"], name => Assert.Equal(Stored[name]!.ToJsonString(), after[name]!.ToJsonString()));
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds(), (double)after["updated_at"]!);
    }

    [Theory]
    [InlineData("""{"name":null}""", "name", "required field missing")]
    [InlineData("""{"address":{"stret":"x"}}""", "address.stret", "unknown field")]
    [InlineData("""{"address":"x"}""", "address", "expected a record")]
    [InlineData("""{"prices":{"tea":-1}}""", "prices.tea", "value must be greater than 0")]
    public void Normalise_FaultyPatch_IsRefused(string patch, string place, string text) =>
        Assert.Equal([(place, text)], Documents.RefusedShop(patch, Stored).Flatten());

    [Fact]
    public void Normalise_Patch_LeavesTheStoredDocumentAlone()
    {
        var before = Stored.ToJsonString();

        var after = Documents.AcceptedShop("""{"address":{"street":"Dam 9"},"prices":{"tea":9},"hours":[1]}""", Stored);
        after["doors"]![0]!["width"] = 1;

        Assert.Equal(before, Stored.ToJsonString());
    }
}
