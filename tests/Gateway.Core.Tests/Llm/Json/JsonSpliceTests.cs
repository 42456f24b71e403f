using System.Buffers;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Json;

public class JsonSpliceTests
{
    [Theory]
    [InlineData("""{"a":1.0,"b":"ä\u00e4","c":[ 1 ]}""", "b", "2", """{"a":1.0,"b":2,"c":[ 1 ]}""")]
    [InlineData("""{ "a" : 1 , "b" : 2 }""", "a", null, """{ "b" : 2 }""")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "b", null, """{"a":1,"c":3}""")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "c", null, """{"a":1,"b":2}""")]
    [InlineData("""{"a":1}""", "a", null, "{}")]
    [InlineData("""{"a":1}""", "z", null, """{"a":1}""")]
    [InlineData("{}", "z", "9", """{"z":9}""")]
    [InlineData("{ }", "z", "9", """{"z":9 }""")]
    [InlineData("""{"a":12345678901234567890123}""", "z", "true", """{"a":12345678901234567890123,"z":true}""")]
    [InlineData(" {\n  \"a\": 1\n}\n", "z", "2", " {\n  \"a\": 1,\"z\":2\n}\n")]
    [InlineData("""{"mod\u0065l":"x"}""", "model", "\"y\"", """{"mod\u0065l":"y"}""")]
    public void Write_OneEdit_LeavesAllOtherBytes(string body, string name, string? value, string expected)
    {
        LlmRequestScanner.Scan(Utf8(body), out var scan);
        var output = new ArrayBufferWriter<byte>();

        JsonSplice.Write(scan, [new JsonEdit(name, value is null ? null : Utf8(value))], output);

        Assert.Equal(expected, output.Text());
    }

    [Fact]
    public void Write_AnySubsetRemoved_StaysValidAndKeepsTheRest()
    {
        var body = Utf8("""{ "a":1, "b":{"a":2} ,"c":[3],"d":"4" }""");
        LlmRequestScanner.Scan(body, out var scan);
        string[] names = ["a", "b", "c", "d"];
        for (var mask = 0; mask < 16; mask++)
        {
            var removed = names.Where((_, i) => (mask & (1 << i)) != 0).ToArray();
            var output = new ArrayBufferWriter<byte>();

            JsonSplice.Write(scan, [.. removed.Select(JsonEdit.Remove), JsonEdit.Set("e", "5")], output);

            using var document = JsonDocument.Parse(output.WrittenMemory);
            Assert.Equal([.. names.Except(removed), "e"], document.RootElement.EnumerateObject().Select(member => member.Name));
        }
    }

    [Theory]
    [InlineData("a\"b\\c\n<>&'+ä😀", "\"a\\\"b\\\\c\\n<>&'+ä😀\"")]
    [InlineData("\u0001", "\"\\u0001\"")]
    public void Quote_Text_EscapesOnlyWhatJsonDemands(string text, string expected) =>
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(LlmJson.Quote(text)));
}
