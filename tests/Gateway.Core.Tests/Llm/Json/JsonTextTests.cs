using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Json;

public class JsonTextTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("", 0)]
    [InlineData("é😀", 3)]
    [InlineData("\\n\\\"\\\\", 3)]
    [InlineData("\\u00e9x", 2)]
    [InlineData("\\ud83d\\ude00", 2)]
    [InlineData("x\\", 1)]
    public void CountCharacters_Raw_CountsEscapesOnce(string raw, int expected) => Assert.Equal(expected, JsonText.CountCharacters(Utf8(raw)));

    [Theory]
    [InlineData("abc\"rest", 3)]
    [InlineData("\"", 0)]
    [InlineData("a\\\"b\"", 4)]
    [InlineData("a\\\\\"", 3)]
    [InlineData("open", -1)]
    [InlineData("open\\", -1)]
    [InlineData("open\\\"", -1)]
    public void StringLength_AfterQuote_FindsTheEnd(string text, int expected) => Assert.Equal(expected, JsonText.StringLength(Utf8(text)));

    [Theory]
    [InlineData("\"a\\ud83d\\ude00\"", "a😀")]
    [InlineData("\"a\\ud83d\"", "a\uFFFD")]
    [InlineData("\"\\ude00\\n\\\"\\/\\u0041\"", "\uFFFD\n\"/A")]
    public void GetString_LoneSurrogates_AreReplaced(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        var reader = new Utf8JsonReader(Utf8(json));
        reader.Read();

        Assert.Equal(expected, JsonText.GetString(document.RootElement));
        Assert.Equal(expected, JsonText.GetString(ref reader));
    }

    [Theory]
    [InlineData("{\"text\":\"a\"}", "a")]
    [InlineData("{ \"type\" : \"text\" , \"text\" : \"a\\\"b\" }", "a\\\"b")]
    [InlineData("{\"x\":{\"text\":\"\"}}", "")]
    [InlineData("{\"text\":1,\"y\":{\"text\":\"b\"}}", "b")]
    [InlineData("{\"text\":\"cut", null)]
    [InlineData("{\"other\":\"text\"}", null)]
    public void TryFindText_Key_FindsItsString(string json, string? expected)
    {
        var isFound = JsonText.TryFindText(Utf8(json), "\"text\""u8, out var content);

        Assert.Equal(expected is not null, isFound);
        Assert.Equal(expected ?? "", Encoding.UTF8.GetString(content));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" {\"a\":1} ", true)]
    [InlineData("[]", false)]
    [InlineData("{", false)]
    [InlineData("{} {}", false)]
    [InlineData("", false)]
    public void IsObject_Text_IsJudged(string json, bool expected) => Assert.Equal(expected, JsonText.IsObject(Utf8(json)));

    [Theory]
    [InlineData(new[] { "a", "b" }, "a|b|")]
    [InlineData(new[] { "a\\ud83d", "\\ude00b" }, "a|\\ud83d\\ude00b|")]
    [InlineData(new[] { "\\uD83D", "", "\\uDE00" }, "\\uD83D\\uDE00|")]
    [InlineData(new[] { "a\\ud83d" }, "a|\\ufffd")]
    [InlineData(new[] { "\\udbff", "x" }, "\\udbffx|")]
    [InlineData(new[] { "a\\\\ud83d", "b" }, "a\\\\ud83d|b|")]
    [InlineData(new[] { "a\\\\\\ud83d", "\\ude00" }, "a\\\\|\\ud83d\\ude00|")]
    [InlineData(new[] { "\\ude00", "\\u00e9" }, "\\ude00|\\u00e9|")]
    [InlineData(new[] { "\\ud83d", "\\ud83d", "\\ude00" }, "\\ud83d|\\ud83d\\ude00|")]
    public void SurrogateJoiner_Pieces_NeverEndInHalfAPair(string[] pieces, string expected)
    {
        var joiner = new SurrogateJoiner();
        var output = new StringBuilder();
        foreach (var piece in pieces)
        {
            var joined = Encoding.UTF8.GetString(joiner.Join(Utf8(piece)));
            output.Append(joined).Append(joined.Length > 0 ? "|" : "");
        }

        Assert.Equal(expected, output + Encoding.UTF8.GetString(joiner.Flush()));
        Assert.True(joiner.Flush().IsEmpty);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" \\n\\t\\r ", true)]
    [InlineData(" a ", false)]
    [InlineData("\\\\n", false)]
    public void RawSpace_Content_IsBlank(string raw, bool expected) => Assert.Equal(expected, RawSpace.IsBlank(Utf8(raw)));

    [Fact]
    public void Compact_And_EscapedCompact_KeepStringsAndDropSpace()
    {
        var compact = new ArrayBufferWriter<byte>();
        var escaped = new ArrayBufferWriter<byte>();
        var json = Utf8("{ \"a b\" : [ 1 , \"x \\\" y\" ] ,\n\"c\":\"\\u00e9\" }");

        new JsonEmitter(compact).Compact(json);
        new JsonEmitter(escaped).EscapedCompact(json);

        Assert.Equal("{\"a b\":[1,\"x \\\" y\"],\"c\":\"\\u00e9\"}", compact.Text());
        Assert.Equal(compact.Text(), JsonDocument.Parse($"\"{escaped.Text()}\"").RootElement.GetString());
    }
}
