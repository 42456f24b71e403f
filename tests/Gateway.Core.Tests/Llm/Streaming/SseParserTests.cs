using System.Text;
using Gateway.Core.Llm.Streaming;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Streaming;

public class SseParserTests
{
    [Theory]
    [InlineData("data: a\n\n", "|a|t")]
    [InlineData("data:a\n\ndata:[DONE]\n\n", "|a|t;|[DONE]|t")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n", "|a|t;|b|t")]
    [InlineData("data: a\r\rdata: b\r\r", "|a|t;|b|t")]
    [InlineData("data: a\r\n\ndata: b\n\r\n", "|a|t;|b|t")]
    [InlineData("\uFEFFdata: a\n\n", "|a|t")]
    [InlineData(": comment\n\nevent: ping\ndata: x\nid: 7\nretry: 10\n\n", "ping|x|t")]
    [InlineData("data: a\ndata: b\n\n", "|a\nb|t")]
    [InlineData("data\n\n", "||t")]
    [InlineData("data:  a\n\n", "| a|t")]
    [InlineData("event: x\n\ndata: a\n\n", "|a|t")]
    [InlineData("data: a\n\n\n\ndata: b\n\n", "|a|t;|b|t")]
    [InlineData("data: ä😀\n\n", "|ä😀|t")]
    [InlineData("data: a", "|a|u")]
    [InlineData("data: a\n", "|a|u")]
    [InlineData("", "")]
    [InlineData("foo: a\n\n", "")]
    public void Push_CutAnywhere_GivesTheSameEvents(string stream, string expected)
    {
        foreach (var pieces in Cuts(Utf8(stream)))
        {
            Assert.Equal(expected, Parse(pieces));
        }
    }

    [Fact]
    public void Push_EventAboveTheLimit_StopsParsing()
    {
        var handler = new Recorder();
        var parser = new SseParser(handler, maxEventBytes: 10);

        parser.Push("data: ok\n\ndata: 12345"u8);
        parser.Push("6789012345\n\ndata: b\n\n"u8);
        parser.Complete();

        Assert.True(parser.IsOverflowed);
        Assert.Equal("|ok|t", handler.ToString());
    }

    private static string Parse(byte[][] pieces)
    {
        var handler = new Recorder();
        var parser = new SseParser(handler);
        foreach (var piece in pieces)
        {
            parser.Push(piece);
        }

        parser.Complete();
        return handler.ToString();
    }

    private sealed class Recorder : ISseEventHandler
    {
        private readonly List<string> _events = [];

        public void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated) =>
            _events.Add($"{Encoding.UTF8.GetString(name)}|{Encoding.UTF8.GetString(data)}|{(isTerminated ? 't' : 'u')}");

        public override string ToString() => string.Join(';', _events);
    }
}
