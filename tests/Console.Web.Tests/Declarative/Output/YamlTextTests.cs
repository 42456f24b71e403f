using System.Text.Json.Nodes;
using ConsoleWeb.Declarative.Files;
using ConsoleWeb.Declarative.Output;

namespace ConsoleWeb.Tests.Declarative.Output;

public sealed class YamlTextTests
{
    [Fact]
    public void Write_Document_HasDeckLayout()
    {
        var root = (JsonObject)JsonNode.Parse(
            """
            {"services":[{"name":"s","routes":[{"paths":["/a"],"headers":{"x":["1"]}}],"tags":[],"config":{},"port":80,"path":null}],
             "_format_version":"3.0"}
            """)!;

        Assert.Equal(
            """
            _format_version: "3.0"
            services:
            - config: {}
              name: s
              path: null
              port: 80
              routes:
              - headers:
                  x:
                  - "1"
                paths:
                - /a
              tags: []

            """,
            YamlText.Write(root));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yes")]
    [InlineData("n")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("~/v1/(?<x>\\d+)$")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("12:30")]
    [InlineData("2024-01-02")]
    [InlineData("- a")]
    [InlineData("-a")]
    [InlineData("a: b")]
    [InlineData("a:")]
    [InlineData("a #b")]
    [InlineData("#a")]
    [InlineData("*.example.com")]
    [InlineData("{vault://env/x}")]
    [InlineData("it's \"quoted\"")]
    [InlineData("'x")]
    [InlineData("%a")]
    [InlineData("@a")]
    [InlineData(" lead")]
    [InlineData("trail ")]
    [InlineData("tab\there")]
    [InlineData("one\ntwo")]
    [InlineData("one\ntwo\n")]
    [InlineData("one\n\n  two\n\n")]
    [InlineData("\nleading")]
    [InlineData(" leading\nblank")]
    [InlineData("carriage\r\nreturn")]
    [InlineData("bell\u0007")]
    [InlineData("größe 🚀")]
    [InlineData("---")]
    [InlineData("back\\slash")]
    public void Write_AnyText_IsReadBackTheSame(string text)
    {
        var root = new JsonObject
        {
            ["a"] = text,
            ["list"] = new JsonArray(text, new JsonObject { ["b"] = text, ["c"] = new JsonArray(new JsonArray(text)) }),
            ["m"] = new JsonObject { ["k" + text] = 1 },
        };

        var (read, _) = YamlReader.Read(YamlText.Write(root), "f.yaml");

        Assert.True(JsonNode.DeepEquals(root, read), YamlText.Write(root));
    }
}
