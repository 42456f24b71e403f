using System.Text.Json.Nodes;
using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Tests.Declarative.Files;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: 1.5", """{"a":1.5}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 0o17", """{"a":15}""")]
    [InlineData("a: 017", """{"a":15}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: -7", """{"a":-7}""")]
    [InlineData("a: 3.0", """{"a":3}""")]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: Off", """{"a":false}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a: \"3.0\"", """{"a":"3.0"}""")]
    [InlineData("a: 'yes'", """{"a":"yes"}""")]
    [InlineData("a: !!str 5", """{"a":"5"}""")]
    [InlineData("a: 127.0.0.1", """{"a":"127.0.0.1"}""")]
    [InlineData("a: 1e", """{"a":"1e"}""")]
    [InlineData("a: |\n  x\n  y\n", """{"a":"x\ny\n"}""")]
    [InlineData("a: [1, {b: c}]", """{"a":[1,{"b":"c"}]}""")]
    [InlineData("{\"a\": [true, null]}", """{"a":[true,null]}""")]
    [InlineData("x: &k {b: 1}\ny: *k", """{"x":{"b":1},"y":{"b":1}}""")]
    [InlineData("x: &k {b: 1, c: 2}\ny:\n  <<: *k\n  c: 3", """{"x":{"b":1,"c":2},"y":{"c":3,"b":1}}""")]
    public void Read_Document_GivesJson(string yaml, string json)
    {
        var (root, _) = YamlReader.Read(yaml, "f.yaml");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(root!.ToJsonString())), root.ToJsonString());
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3", "f.yaml:3:1: duplicate member 'a'; it is first set at line 1")]
    [InlineData("s:\n- x: 1\n  x: 2", "f.yaml:3:3: s[0]: duplicate member 'x'")]
    [InlineData("a: 1\n---\nb: 1", "more than one document")]
    [InlineData("a: *nope", "f.yaml:1:4: a: unknown alias '*nope'")]
    [InlineData("a: [1, 2", "f.yaml:")]
    [InlineData("a: 1\n b: 2", "f.yaml:2:")]
    [InlineData("a: !!binary AAAA", "the tag 'tag:yaml.org,2002:binary' is not supported")]
    [InlineData("? [a]\n: 1", "a member name must be a plain text")]
    public void Read_BadDocument_NamesThePlace(string yaml, string expected)
    {
        var failure = Assert.Throws<StateFailureException>(() => YamlReader.Read(yaml, "f.yaml"));

        Assert.StartsWith("reading file f.yaml: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooDeep_IsRefused()
    {
        var yaml = new string('[', 65) + new string(']', 65);

        var failure = Assert.Throws<StateFailureException>(() => YamlReader.Read(yaml, "f.yaml"));

        Assert.Contains("nested deeper than 64 levels", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AliasesThatMultiply_AreRefused()
    {
        var yaml = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat("bcdefgh".Select(c => $"{c}: &{c} [{string.Join(", ", Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n"));

        var failure = Assert.Throws<StateFailureException>(() => YamlReader.Read(yaml, "f.yaml"));

        Assert.Contains("expand to too much text", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooLarge_IsRefused()
    {
        var failure = Assert.Throws<StateFailureException>(
            () => YamlReader.Read(new string('x', YamlReader.MaxBytes + 1), "f.yaml"));

        Assert.Contains("larger than 8388608 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Map_OfNestedValue_HasItsLineAndColumn()
    {
        var (_, map) = YamlReader.Read("services:\n- name: a\n  routes:\n  - name: b\n    paths: [/x, /y]\n", "f.yaml");

        Assert.Equal("f.yaml:5:5: services[0].routes[0].paths", map.Describe("services[0].routes[0].paths"));
        Assert.Equal(new SourcePosition(5, 17), map.Find("services[0].routes[0].paths[1]"));
        Assert.Equal(new SourcePosition(4, 5), map.Find("services[0].routes[0].missing.deep"));
    }
}
