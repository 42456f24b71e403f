using System.Text.Json.Nodes;
using ConsoleWeb.Components.Forms;

namespace ConsoleWeb.Tests.Components.Forms;

public sealed class FormMergeTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""", """{"a":3}""")]
    [InlineData("""{"a":1}""", """{"a":1}""", """{"a":3}""", """{"a":3}""")]
    [InlineData("""{"a":1,"b":1}""", """{"a":2,"b":1}""", """{"a":1,"b":5}""", """{"a":2,"b":5}""")]
    [InlineData("""{"a":1}""", """{}""", """{"a":1,"b":2}""", """{"b":2}""")]
    [InlineData("""{"c":{"x":1,"y":1}}""", """{"c":{"x":2,"y":1}}""", """{"c":{"x":1,"y":7}}""", """{"c":{"x":2,"y":7}}""")]
    [InlineData("""{}""", """{"c":{"x":2}}""", """{"n":1}""", """{"n":1,"c":{"x":2}}""")]
    [InlineData("""{"l":[1]}""", """{"l":[1,2]}""", """{"l":[3]}""", """{"l":[3]}""")]
    public void Merge_Untouched_TakesTheirsOnlyWhereMineIsAsBefore(string @base, string theirs, string mine, string merged)
    {
        var fields = FormMerge.Compare(Parse(@base), Parse(theirs), Parse(mine));

        Assert.True(JsonNode.DeepEquals(Parse(merged), FormMerge.Merge(Parse(mine), fields)));
    }

    [Fact]
    public void Merge_OneOfEach_IsMixed()
    {
        var fields = FormMerge.Compare(Parse("""{"a":1,"b":1}"""), Parse("""{"a":2,"b":2}"""), Parse("""{"a":3,"b":3}"""));
        Assert.All(fields, f => Assert.True(f.IsConflict));

        fields.Single(f => f.Path == "b").TakesTheirs = true;

        Assert.Equal("""{"a":3,"b":2}""", FormMerge.Merge(Parse("""{"a":3,"b":3}"""), fields).ToJsonString());
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
