using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema;

public sealed class ReferencePathsTests
{
    private const string Document = """
        {
          "name": "{vault://env/name}", "password": "{vault://env/password}", "till_port": "{vault://env/port}",
          "codes": {"ada": "{vault://env/ada}", "bob": "Bearer {vault://env/bob}", "eve": "{vault://}"}
        }
        """;

    [Fact]
    public void List_NamesReferencesInFieldsThatMayHoldThem() => Assert.Equal(
        [("password", "{vault://env/password}"), ("codes.ada", "{vault://env/ada}"), ("till_port", "{vault://env/port}")],
        ReferencePaths.List(Documents.Json(Document), Documents.Shop, null));

    [Fact]
    public void Resolved_PutsSecretsInACopy()
    {
        var document = Documents.Json(Document);

        var resolved = ReferencePaths.Resolved(document, Documents.Shop, null, (_, _, reference) => reference["{vault://env/".Length..^1].ToUpperInvariant());

        Assert.Equal(("PASSWORD", "ADA", "Bearer {vault://env/bob}"), ((string?)resolved["password"], (string?)resolved["codes"]!["ada"], (string?)resolved["codes"]!["bob"]));
        Assert.Equal("{vault://env/name}", (string?)resolved["name"]);
        Assert.Equal("{vault://env/password}", (string?)document["password"]);
    }

    [Fact]
    public void Resolved_UnknownSecret_IsAnEmptyText_AndNoNumber()
    {
        var resolved = ReferencePaths.Resolved(Documents.Json(Document), Documents.Shop, null, (_, _, _) => null);

        Assert.Equal("", (string?)resolved["password"]);
        Assert.Null(resolved["till_port"]);
    }

    /// <summary>A secret is text; the record wants a number.</summary>
    [Fact]
    public void Resolved_Number_IsReadIntoTheRecord()
    {
        var document = Documents.AcceptedShop("""{"name":"Corner","till_port":"{vault://env/port}"}""");

        var shop = SchemaJson.Deserialise<ShopConfig>(ReferencePaths.Resolved(document, Documents.Shop, null, (_, _, _) => "8443"));

        Assert.Equal(8443, shop.TillPort);
    }
}
