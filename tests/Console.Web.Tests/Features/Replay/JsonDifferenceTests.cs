using System.Text.Json.Nodes;
using ConsoleWeb.Features.Replay;

namespace ConsoleWeb.Tests.Features.Replay;

public sealed class JsonDifferenceTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1,2.0],"a":1}""", "")]
    [InlineData("""{"a":1}""", """{"a":2}""", "changed /a")]
    [InlineData("""{"a":1,"c":null}""", """{"b":1,"c":null}""", "removed /a, added /b")]
    [InlineData("""{"c":null}""", """{"c":1}""", "changed /c")]
    [InlineData("""{"c":null}""", "{}", "removed /c")]
    [InlineData("""{"m":[{"t":"a"},{"t":"b"}]}""", """{"m":[{"t":"a"},{"t":"c"}]}""", "changed /m/1/t")]
    [InlineData("""{"m":["a","b"]}""", """{"m":["a","x","b"]}""", "added /m/1")]
    [InlineData("""{"m":["a","x","y","b"]}""", """{"m":["a","b"]}""", "removed /m/1, removed /m/2")]
    [InlineData("""{"m":["a","x","b"]}""", """{"m":["a","y","z","b"]}""", "changed /m/1, added /m/2")]
    [InlineData("""{"m":[]}""", """{"m":{}}""", "changed /m")]
    [InlineData("""{"a/b~":1}""", """{"a/b~":2}""", "changed /a~1b~0")]
    public void Compare_Leaves_NameWhereTheyDiffer(string a, string b, string expected)
    {
        var difference = JsonDifference.Compare(JsonNode.Parse(a), JsonNode.Parse(b));

        Assert.Equal(expected, string.Join(", ", difference.Leaves.Select(l => $"{l.Kind} {l.Path}".ToLowerInvariant())));
        Assert.Equal(expected.Length == 0 ? 0 : expected.Split(", ").Length, difference.Count);
    }

    [Fact]
    public void Compare_ArrayOfTwoLengths_HasEveryElementOnce()
    {
        var difference = JsonDifference.Compare(JsonNode.Parse("""["a","b","c","d"]"""), JsonNode.Parse("""["a","z","d"]"""));

        Assert.Equal(["Same a a", "Changed b z", "Removed c ", "Same d d"], difference.Parts.Select(p => $"{p.Kind} {p.A} {p.B}"));
    }
}
