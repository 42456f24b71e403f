using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

/// <summary>Rules about several fields of one record.</summary>
public sealed class EntityCheckTests
{
    [Theory]
    [InlineData("""{}""", "at least one of these fields must be non-empty: 'one', 'nested.two'")]
    [InlineData("""{"one":"","nested":{"two":[]}}""", "at least one of these fields must be non-empty: 'one', 'nested.two'")]
    [InlineData("""{"one":"a"}""", null)]
    [InlineData("""{"nested":{"two":["a"]}}""", null)]
    [InlineData("""{"one":false}""", null)]
    public void AtLeastOneOf(string json, string? text) => AssertWhole(EntityCheck.AtLeastOneOf("One", "nested.two"), json, text);

    [Theory]
    [InlineData("""{"one":false,"two":null}""", "at least one of these fields must be true: 'one', 'two'")]
    [InlineData("""{"one":false,"two":true}""", null)]
    public void AtLeastOneOf_OfAValue(string json, string? text) => AssertWhole(EntityCheck.AtLeastOneOf(true, "One", "Two"), json, text);

    [Theory]
    [InlineData("""{}""", "exactly one of these fields must be non-empty: 'one', 'two'")]
    [InlineData("""{"one":"a"}""", null)]
    [InlineData("""{"one":"a","two":{"b":1}}""", "exactly one of these fields must be non-empty: 'one', 'two'")]
    [InlineData("""{"one":"a","two":{}}""", null)]
    public void OnlyOneOf(string json, string? text) => AssertWhole(EntityCheck.OnlyOneOf("One", "Two"), json, text);

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"two":"a"}""", null)]
    [InlineData("""{"one":"a","two":"b"}""", "only one or none of these fields must be set: 'one', 'two'")]
    public void MutuallyExclusive(string json, string? text) => AssertWhole(EntityCheck.MutuallyExclusive("One", "Two"), json, text);

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"one":"a","two":"b","three":"c"}""", null)]
    [InlineData("""{"one":"a","three":"c"}""", "all or none of these fields must be set: 'one', 'two', 'three'")]
    public void AllOrNone(string json, string? text) => AssertWhole(EntityCheck.AllOrNone("One", "Two", "Three"), json, text);

    [Theory]
    [InlineData("""{}""", null)]
    [InlineData("""{"one":"a"}""", null)]
    [InlineData("""{"one":"a","two":"b"}""", null)]
    [InlineData("""{"one":"a","two":"a"}""", "values of these fields must be distinct: 'one', 'two'")]
    public void Distinct(string json, string? text) => AssertWhole(EntityCheck.Distinct("One", "Two"), json, text);

    public static TheoryData<string, string, string?> Conditions => new()
    {
        { "required", """{"kind":"x"}""", "required field missing" },
        { "required", """{"kind":"x","two":""}""", "required field missing" },
        { "required", """{"kind":"x","two":"a"}""", null },
        { "required", """{"kind":"y"}""", null },
        { "required", """{"kind":["a","x"]}""", "required field missing" },
        { "required", """{"kind":["a"]}""", null },
        { "null", """{"kind":"x","two":false}""", "value must be null" },
        { "null", """{"kind":"x","two":null}""", null },
        { "empty", """{"kind":"x","two":["a"]}""", "length must be 0" },
        { "empty", """{"kind":"x","two":[]}""", null },
        { "one_of", """{"kind":"x","two":"c"}""", "expected one of: a, b" },
        { "one_of", """{"kind":"x","two":"b"}""", null },
        { "one_of", """{"kind":"x"}""", null },
        { "equal", """{"kind":"x","two":true}""", "value must be false" },
        { "equal", """{"kind":"x","two":false}""", null },
        { "equal", """{"kind":"x"}""", null },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Conditional_FaultOfTheSecondField_IsNamedThereAndAtTheWhole(string condition, string json, string? text)
    {
        var then = condition switch
        {
            "required" => Then.Required("Two"),
            "null" => Then.Null("Two"),
            "empty" => Then.Empty("Two"),
            "one_of" => Then.OneOf("Two", "a", "b"),
            _ => Then.Equal("Two", "false"),
        };

        Assert.Equal(
            text is null ? [] : [("", "failed conditional validation given value of field 'kind'"), ("two", text)],
            Run(EntityCheck.Conditional("Kind", ["x", "z"], then), json));
        Assert.Equal(
            text is null ? [] : [("", "not so"), ("two", text)],
            Run(EntityCheck.Conditional("Kind", ["x"], then, "not so"), json));
    }

    [Fact]
    public void Conditional_OnANumberOrTruthValue_ComparesItsText()
    {
        Assert.NotEmpty(Run(EntityCheck.Conditional("On", ["true"], Then.Required("Two")), """{"on":true}"""));
        Assert.NotEmpty(Run(EntityCheck.Conditional("Port", ["443"], Then.Required("Two")), """{"port":443}"""));
    }

    [Fact]
    public void Custom_SeesTheRecordAndMayNameAnyPlace()
    {
        var check = EntityCheck.Custom("No more than two.", context =>
        {
            if (context.Texts("list").Count > 2)
            {
                context.Fail("list.3", $"too many for {context.Text("nested.name")}");
                context.FailRecord("too long");
            }
        });

        Assert.Equal([("", "too long"), ("list.3", "too many for ada")], Run(check, """{"list":["a","b","c"],"nested":{"name":"ada"}}"""));
        Assert.Empty(Run(check, """{"list":["a","b"]}"""));
    }

    [Fact]
    public void Check_OfANestedRecord_NamesThePlaceInTheDocument()
    {
        var error = Documents.Refused(SchemaNormaliser.Normalise(
            RecordSchema.For<OuterConfig>(), Documents.Json("""{"pairs":[{"one":"a","two":"b"},{"one":"a"}]}""")));

        Assert.Equal("schema violation (pairs.2: all or none of these fields must be set: 'one', 'two')", error.Message);
    }

    /// <summary>The first fault explains the second.</summary>
    [Fact]
    public void Check_OfAFieldWithAFault_IsSkipped()
    {
        var error = Documents.Refused(SchemaNormaliser.Normalise(RecordSchema.For<OuterConfig>(), Documents.Json("""{"pairs":[{"one":5,"two":"b"}]}""")));

        Assert.Equal([("pairs.1.one", "expected a string")], error.Flatten());
    }

    [Fact]
    public void ToDocument_IsWhatTheOriginalLists()
    {
        var checks = new[]
        {
            EntityCheck.AtLeastOneOf("One", "Two"), EntityCheck.OnlyOneOf("One"), EntityCheck.MutuallyExclusive("One"), EntityCheck.AllOrNone("One"),
            EntityCheck.Distinct("One"), EntityCheck.Conditional("HashOn", ["header"], Then.Required("HashOnHeader")),
        };

        Assert.Equal(
            CanonicalJson.Of("""
                [{"at_least_one_of":["one","two"]},{"only_one_of":["one"]},{"mutually_exclusive":["one"]},{"mutually_required":["one"]},
                 {"distinct":["one"]},
                 {"conditional":{"if_field":"hash_on","if_match":{"one_of":["header"]},"then_field":"hash_on_header","then_match":{"required":true}}}]
                """),
            CanonicalJson.Of(new JsonArray([.. checks.Select(c => c.ToDocument())])));
        Assert.Null(EntityCheck.Custom("x", _ => { }).ToDocument());
    }

    [Fact]
    public void Description_IsASentenceForForms()
    {
        Assert.Equal("Set at least one of username, custom_id.", EntityCheck.AtLeastOneOf("Username", "CustomId").Description);
        Assert.Equal("When kind is x or y, two is required.", EntityCheck.Conditional("Kind", ["x", "y"], Then.Required("Two")).Description);
    }

    private static void AssertWhole(EntityCheck check, string json, string? text) => Assert.Equal(text is null ? [] : [("", text)], Run(check, json));

    private static IReadOnlyList<(string Path, string Text)> Run(EntityCheck check, string json)
    {
        var violations = new Violations();
        check.Run(new CheckContext(Documents.Json(json), SchemaPath.Root, violations));
        return violations.ToError()?.Flatten() ?? [];
    }

    private sealed record OuterConfig
    {
        [Field("Pairs.")]
        public IReadOnlyList<PairConfig> Pairs { get; init; } = [];
    }

    private sealed record PairConfig
    {
        public static IReadOnlyList<EntityCheck> Checks => [EntityCheck.AllOrNone(nameof(One), nameof(Two))];

        [Field("One.")]
        public string? One { get; init; }

        [Field("Two.")]
        public string? Two { get; init; }
    }
}
