using Gateway.Core.Llm.Json;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Json;

public class LlmRequestScannerTests
{
    [Fact]
    public void Scan_Object_FindsMembersWithTheirRanges()
    {
        var body = Utf8("""  {"model" : "gpt-4o", "stream":true,"n":1.0,"messages":[{"role":"user","content":"a \"}] b"}],"x":null} """);

        Assert.Equal(JsonFault.None, LlmRequestScanner.Scan(body, out var scan));

        Assert.Equal("gpt-4o", scan.Model);
        Assert.True(scan.Stream);
        Assert.Equal(JsonKind.Array, scan.MessagesKind);
        Assert.Equal(JsonKind.Absent, scan.InputKind);
        Assert.Equal("1.0"u8, scan.Raw(scan.Find("n"u8)));
        Assert.Equal("""[{"role":"user","content":"a \"}] b"}]"""u8, scan.Raw(scan.Find("messages"u8)));
        Assert.Equal(JsonKind.Null, scan.Find("x"u8).Kind);
        Assert.True(scan.IsNonEmptyArray("messages"u8));
        Assert.Equal(5, scan.Count);
    }

    [Theory]
    [InlineData("""{"a":[1,-2.5e+10,0,true,false,null,"",{},[]]}""", JsonFault.None)]
    [InlineData("{}", JsonFault.None)]
    [InlineData("\uFEFF{}", JsonFault.None)]
    [InlineData("""{"\ud83d":"\ud83d"}""", JsonFault.None)]
    [InlineData("", JsonFault.Malformed)]
    [InlineData("   ", JsonFault.Malformed)]
    [InlineData("{", JsonFault.Malformed)]
    [InlineData("""{"a":1""", JsonFault.Malformed)]
    [InlineData("""{"a":1,}""", JsonFault.Malformed)]
    [InlineData("""{"a" 1}""", JsonFault.Malformed)]
    [InlineData("""{"a":tru}""", JsonFault.Malformed)]
    [InlineData("""{"a":01}""", JsonFault.Malformed)]
    [InlineData("""{"a":1.}""", JsonFault.Malformed)]
    [InlineData("""{"a":-}""", JsonFault.Malformed)]
    [InlineData("""{"a":1e}""", JsonFault.Malformed)]
    [InlineData("""{"a":"\x"}""", JsonFault.Malformed)]
    [InlineData("""{"a":"\u12g4"}""", JsonFault.Malformed)]
    [InlineData("""{"a":"\u12""", JsonFault.Malformed)]
    [InlineData("""{"a":"x}""", JsonFault.Malformed)]
    [InlineData("{\"a\":\"x\ny\"}", JsonFault.Malformed)]
    [InlineData("""{"a":[1}""", JsonFault.Malformed)]
    [InlineData("""{"a":{"b"}}""", JsonFault.Malformed)]
    [InlineData("""{"a":[1,]}""", JsonFault.Malformed)]
    [InlineData("""{"a":[,1]}""", JsonFault.Malformed)]
    [InlineData("""{"a":1}x""", JsonFault.Malformed)]
    [InlineData("""{"a":1}{"b":2}""", JsonFault.Malformed)]
    [InlineData("model=gpt-4o", JsonFault.Malformed)]
    [InlineData("[1,2]", JsonFault.NotAnObject)]
    [InlineData("\"text\"", JsonFault.NotAnObject)]
    [InlineData("12", JsonFault.NotAnObject)]
    [InlineData("""{"model":"a","x":1,"model":"b"}""", JsonFault.DuplicateKey)]
    [InlineData("""{"model":"a","mod\u0065l":"b"}""", JsonFault.DuplicateKey)]
    [InlineData("""{"mod\u0065l":"a","model":"b"}""", JsonFault.DuplicateKey)]
    [InlineData("""{"a":{"model":1,"model":2}}""", JsonFault.None)]
    public void Scan_Body_IsJudged(string body, object expected) =>
        Assert.Equal((JsonFault)expected, LlmRequestScanner.Scan(Utf8(body), out _));

    [Theory]
    [InlineData(127, JsonFault.None)]
    [InlineData(128, JsonFault.TooDeep)]
    [InlineData(100_000, JsonFault.TooDeep)]
    public void Scan_Nesting_IsLimited(int arrays, object expected)
    {
        var body = Utf8("{\"a\":" + new string('[', arrays) + new string(']', arrays) + "}");

        Assert.Equal((JsonFault)expected, LlmRequestScanner.Scan(body, out _));
    }

    [Fact]
    public void Scan_DeepObjectsAndArraysMixed_KeepTheirBrackets()
    {
        var open = string.Concat(Enumerable.Repeat("[{\"k\":", 60));
        var close = string.Concat(Enumerable.Repeat("}]", 60));

        Assert.Equal(JsonFault.None, LlmRequestScanner.Scan(Utf8($"{{\"a\":{open}1{close}}}"), out _));
        Assert.Equal(JsonFault.Malformed, LlmRequestScanner.Scan(Utf8($"{{\"a\":{open}1{close.Replace("}]", "]}")}}}"), out _));
    }

    [Fact]
    public void Scan_BrokenUtf8_IsRefused()
    {
        byte[] body = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal(JsonFault.InvalidUtf8, LlmRequestScanner.Scan(body, out _));
    }

    [Fact]
    public void Scan_ManyMembers_AreLimited()
    {
        var body = Utf8("{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"k{i}\":{i}")) + "}");

        Assert.Equal(JsonFault.TooManyMembers, LlmRequestScanner.Scan(body, out _));
    }

    [Theory]
    [InlineData("""{"model":""}""")]
    [InlineData("""{"model":null}""")]
    [InlineData("""{"model":4}""")]
    [InlineData("{}")]
    public void Model_EmptyOrNoString_CountsAsAbsent(string body)
    {
        LlmRequestScanner.Scan(Utf8(body), out var scan);

        Assert.Null(scan.Model);
    }

    [Fact]
    public void Find_EscapedKey_IsFoundByItsMeaning()
    {
        LlmRequestScanner.Scan(Utf8("""{"mod\u0065l":"a\u0062c"}"""), out var scan);

        Assert.Equal("abc", scan.Model);
    }

    [Theory]
    [InlineData("""{"max_tokens":5}""", 5L)]
    [InlineData("""{"max_output_tokens":6}""", 6L)]
    [InlineData("""{"max_tokens":5,"max_completion_tokens":7}""", 7L)]
    [InlineData("""{"max_tokens":"5"}""", null)]
    [InlineData("""{"max_tokens":5.5}""", null)]
    public void MaxTokens_AnyOfItsNames_IsRead(string body, long? expected)
    {
        LlmRequestScanner.Scan(Utf8(body), out var scan);

        Assert.Equal(expected, scan.MaxTokens);
    }

    [Theory]
    [InlineData("""{"stream_options":{"include_usage":true}}""", true)]
    [InlineData("""{"stream_options":{"x":{"include_usage":true}}}""", false)]
    [InlineData("""{"stream_options":{"include_usage":false}}""", false)]
    [InlineData("""{"stream_options":null}""", false)]
    [InlineData("{}", false)]
    public void WantsUsageChunk_Options_AreRead(string body, bool expected)
    {
        LlmRequestScanner.Scan(Utf8(body), out var scan);

        Assert.Equal(expected, scan.WantsUsageChunk);
    }
}
