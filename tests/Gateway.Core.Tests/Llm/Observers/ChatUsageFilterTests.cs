using System.Buffers;
using Gateway.Core.Llm.Observers;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Observers;

public class ChatUsageFilterTests
{
    private const string Usage = "{\"prompt_tokens\":1,\"completion_tokens\":2}";

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")]
    [InlineData("data: {\"usage\":null,\"choices\":[{}]}\n\n", "data: {\"choices\":[{}]}\n\n")]
    [InlineData("data: {\"id\": \"x\", \"usage\": null, \"choices\": [{}]}\n\n", "data: {\"id\": \"x\", \"choices\": [{}]}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":" + Usage + "}\n\n", "")]
    [InlineData("data:{\"choices\":[ ],\"usage\":" + Usage + "}\r\n\r\n", "")]
    [InlineData("data: {\"choices\":[{}],\"usage\":" + Usage + "}\n\n", "data: {\"choices\":[{}]}\n\n")]
    [InlineData("data: {\"choices\":[],\"prompt_filter_results\":[{}]}\n\n", "data: {\"choices\":[],\"prompt_filter_results\":[{}]}\n\n")]
    [InlineData("data: {\"choices\":[],\"prompt_filter_results\":[{}],\"usage\":null}\n\n", "data: {\"choices\":[],\"prompt_filter_results\":[{}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\": null\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\": null\"}}]}\n\n")]
    [InlineData("data: {\"usage\" not json\n\n", "data: {\"usage\" not json\n\n")]
    [InlineData(": comment \"usage\"\n\ndata: [DONE]\n\n", ": comment \"usage\"\n\ndata: [DONE]\n\n")]
    [InlineData("id: 7\nevent: x\ndata: {\"usage\":null,\"a\":\"\u00e9\ud83d\ude00\"}\nretry: 1\n\n", "id: 7\nevent: x\ndata: {\"a\":\"\u00e9\ud83d\ude00\"}\nretry: 1\n\n")]
    [InlineData("data: {\"usage\":null,\"a\":1}\r\n\r\ndata: {\"b\":1}\r\rdata: x\n\n", "data: {\"a\":1}\r\n\r\ndata: {\"b\":1}\r\rdata: x\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":" + Usage + "}", "")]
    [InlineData("data: {\"choices\":[{}],\"usage\":nu", "data: {\"choices\":[{}],\"usage\":nu")]
    [InlineData("", "")]
    public void Push_CutAnywhere_HidesOnlyWhatTheClientDidNotAskFor(string stream, string expected)
    {
        foreach (var pieces in Cuts(Utf8(stream)))
        {
            Assert.Equal(expected, Filter(pieces));
        }
    }

    [Fact]
    public void Push_EventIsWhole_GoesOutAtOnce()
    {
        var filter = new ChatUsageFilter();
        var output = new ArrayBufferWriter<byte>();

        filter.Push(Utf8("data: {\"a\":1}\n\ndata: {\"b"), output);

        Assert.Equal("data: {\"a\":1}\n\n", output.Text());
    }

    [Fact]
    public void Push_EndlessLine_PassesInBoundedMemory()
    {
        var filter = new ChatUsageFilter();
        var output = new ArrayBufferWriter<byte>();
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'x');
        const int count = 32;
        for (var i = 0; i < count; i++)
        {
            filter.Push(piece, output);

            Assert.InRange(output.WrittenCount, (i + 1) * piece.Length - ChatUsageFilter.MaxEventBytes, (i + 1) * piece.Length);
        }

        filter.Push(Utf8("\n\ndata: {\"choices\":[],\"usage\":{}}\n\n"), output);
        filter.Complete(output);
        Assert.Equal(count * piece.Length + 2, output.WrittenCount);
    }

    private static string Filter(byte[][] pieces)
    {
        var filter = new ChatUsageFilter();
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            filter.Push(piece, output);
        }

        filter.Complete(output);
        return output.Text();
    }
}
