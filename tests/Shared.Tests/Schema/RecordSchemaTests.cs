using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

public sealed class RecordSchemaTests
{
    private static readonly RecordSchema Shop = Documents.Shop;

    [Fact]
    public void Fields_AreTheMarkedProperties_InTheOrderWritten() => Assert.Equal(
        [
            "id", "name", "kind", "floors", "status", "rating", "is_open", "remark", "hours", "labels", "prices", "address", "billing", "doors",
            "owner", "extra", "till_key", "password", "codes", "till_port", "created_at", "updated_at",
        ],
        Shop.Fields.Select(f => f.Name));

    [Theory]
    [InlineData("name", FieldKind.String)]
    [InlineData("floors", FieldKind.Integer)]
    [InlineData("rating", FieldKind.Number)]
    [InlineData("is_open", FieldKind.Boolean)]
    [InlineData("hours", FieldKind.Array)]
    [InlineData("labels", FieldKind.Set)]
    [InlineData("prices", FieldKind.Map)]
    [InlineData("address", FieldKind.Record)]
    [InlineData("owner", FieldKind.Foreign)]
    [InlineData("extra", FieldKind.Json)]
    public void Field_OfEachType_HasItsKind(string name, FieldKind kind) => Assert.Equal(kind, Shop.Find(name)!.Kind);

    [Theory]
    [InlineData("kind", "\"food\"")]
    [InlineData("floors", "1")]
    [InlineData("is_open", "true")]
    [InlineData("doors", "[]")]
    [InlineData("name", null)]
    [InlineData("rating", null)]
    [InlineData("address", null)]
    [InlineData("till_key", null)]
    public void Default_IsTheInitialiser(string name, string? json) => Assert.Equal(json, Shop.Find(name)!.Default?.ToJsonString());

    [Fact]
    public void Default_ReadTwice_IsTwoNodes()
    {
        Shop.Find("doors")!.Default!.AsArray().Add(1);

        Assert.Empty(Shop.Find("doors")!.Default!.AsArray());
    }

    [Theory]
    [InlineData("name", true)]
    [InlineData("kind", true)]
    [InlineData("address", true)]
    [InlineData("billing", false)]
    [InlineData("rating", false)]
    [InlineData("labels", false)]
    public void Required_IsWhatNeverIsNull(string name, bool isRequired) => Assert.Equal(isRequired, Shop.Find(name)!.Required);

    [Fact]
    public void Record_Nested_HasItsOwnSchema()
    {
        var address = Shop.Find("address")!;

        Assert.Same(RecordSchema.For<AddressConfig>(), address.Record);
        Assert.True(address.IsExpanded);
        Assert.False(Shop.Find("billing")!.IsExpanded);
        Assert.NotNull(address.Record!.Find("country_code"));
        Assert.Null(address.Record.Find("country"));
    }

    [Fact]
    public void Record_InitialisedOtherwise_HasTheDefaultsOfItsInitialiser()
    {
        var record = RecordSchema.For<DepotConfig>().Find("address")!.Record!;

        Assert.Equal(("\"be\"", null), (record.Find("country_code")!.Default?.ToJsonString(), record.Find("street")!.Default));
    }

    [Fact]
    public void Attributes_OfContainers_ApplyToTheElements()
    {
        var (hours, prices) = (Shop.Find("hours")!, Shop.Find("prices")!);

        Assert.Equal((null, 0, 23), (hours.Min, hours.Elements!.Min, hours.Elements.Max));
        Assert.Equal(0, prices.Values!.GreaterThan);
        Assert.IsType<HeaderNameRule>(Assert.Single(prices.Keys!.Rules));
        Assert.Empty(prices.Values.Rules);
        Assert.True(Shop.Find("codes")!.Values!.Secret);
    }

    [Fact]
    public void Find_UnknownName_IsNull()
    {
        Assert.Null(Shop.Find("computed"));
        Assert.False(Shop.TryFind("Name", out _));
        Assert.True(Shop.TryFind("name", out var field));
        Assert.Equal("Name", field.PropertyName);
    }

    [Fact]
    public void For_TypeThatSchemasDoNotKnow_Throws()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => RecordSchema.For<StrangeConfig>());

        Assert.Contains(nameof(DateTime), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_ToDocumentAndBack_IsEqual()
    {
        var document = Documents.AcceptedShop("""{"name":"Corner","hours":[8,9],"prices":{"tea":2.5},"doors":[{"width":90}]}""");

        var shop = SchemaJson.Deserialise<ShopConfig>(document);

        Assert.Equal(("Corner", 90, "red", 2.5), (shop.Name, shop.Doors[0].Width, shop.Doors[0].Colour, shop.Prices!["tea"]));
        Assert.Equal(CanonicalJson.Of(document), CanonicalJson.Of(SchemaJson.ToDocument(shop)));
    }

    private sealed record DepotConfig
    {
        [Field("Where it is.")]
        public AddressConfig Address { get; init; } = new() { Country = "be" };
    }

    private sealed record StrangeConfig
    {
        [Field("A moment.")]
        public DateTime At { get; init; }
    }
}
