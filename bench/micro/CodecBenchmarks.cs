using BenchmarkDotNet.Attributes;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Forwarding;
using Gateway.Core.Llm.Json;

namespace Gateway.MicroBench;

/// <summary>A request on its way to the upstream: scanned and passed on in its own format, or translated.</summary>
public class RequestBenchmarks
{
    private readonly PooledBuffer _output = new();
    private byte[] _chat = null!;
    private byte[] _responses = null!;
    private byte[] _messages = null!;

    [Params(1024, 32 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare() =>
        (_chat, _responses, _messages) = (Bodies.Request("chat", Bytes, stream: false), Bodies.Request("responses", Bytes, stream: false), Bodies.Request("messages", Bytes, stream: false));

    [Benchmark]
    public int ChatAsItIs() => Native(LlmFormat.OpenAIChat, _chat);

    [Benchmark]
    public int ResponsesAsTheyAre() => Native(LlmFormat.OpenAIResponses, _responses);

    [Benchmark]
    public int MessagesAsTheyAre() => Native(LlmFormat.AnthropicMessages, _messages);

    [Benchmark]
    public int MessagesToChat() => Translate(LlmFormat.AnthropicMessages, LlmFormat.OpenAIChat, _messages);

    [Benchmark]
    public int ChatToMessages() => Translate(LlmFormat.OpenAIChat, LlmFormat.AnthropicMessages, _chat);

    private int Native(LlmFormat format, byte[] body)
    {
        _output.Clear();
        LlmRequestScanner.Scan(body, out var scan);
        NativeRequest.Write(format, scan, CodecTarget.For("openai", "gpt-4o-mini"), needsUsage: true, _output);
        return _output.Length;
    }

    private int Translate(LlmFormat client, LlmFormat upstream, byte[] body)
    {
        _output.Clear();
        LlmRequestScanner.Scan(body, out _);
        LlmCodecs.Find(client, upstream)!.TranslateRequest(body, CodecTarget.For("openai", "gpt-4o-mini"), _output);
        return _output.Length;
    }
}

/// <summary>An answer on its way back to a client of another format.</summary>
public class AnswerBenchmarks
{
    private readonly PooledBuffer _output = new();
    private readonly byte[] _chat = Bodies.Answer("chat");
    private readonly byte[] _messages = Bodies.Answer("messages");
    private readonly byte[] _chatStream = Bodies.Stream("chat");
    private readonly byte[] _messagesStream = Bodies.Stream("messages");
    private readonly Dictionary<(LlmFormat Client, bool IsStream), LlmTranslation> _translations = [];

    [GlobalSetup]
    public void Prepare()
    {
        foreach (var isStream in (bool[])[false, true])
        {
            Translate(LlmFormat.AnthropicMessages, LlmFormat.OpenAIChat, Bodies.Request("messages", 1024, isStream), isStream);
            Translate(LlmFormat.OpenAIChat, LlmFormat.AnthropicMessages, Bodies.Request("chat", 1024, isStream), isStream);
        }
    }

    [Benchmark]
    public int ChatToMessages() => Answer(LlmFormat.AnthropicMessages, _chat);

    [Benchmark]
    public int MessagesToChat() => Answer(LlmFormat.OpenAIChat, _messages);

    [Benchmark]
    public int ChatStreamToMessages() => Stream(LlmFormat.AnthropicMessages, _chatStream);

    [Benchmark]
    public int MessagesStreamToChat() => Stream(LlmFormat.OpenAIChat, _messagesStream);

    private void Translate(LlmFormat client, LlmFormat upstream, byte[] body, bool isStream)
    {
        _output.Clear();
        _translations[(client, isStream)] = LlmCodecs.Find(client, upstream)!.TranslateRequest(body, CodecTarget.For("openai", "gpt-4o-mini"), _output).Value!;
    }

    private int Answer(LlmFormat client, byte[] body)
    {
        _output.Clear();
        _translations[(client, false)].TranslateResponse(body, _output);
        return _output.Length;
    }

    private int Stream(LlmFormat client, byte[] body)
    {
        _output.Clear();
        var translator = _translations[(client, true)].CreateStreamTranslator();
        foreach (var piece in body.Chunk(4096))
        {
            translator.Push(piece, _output);
        }

        translator.Complete(_output);
        return _output.Length;
    }
}
