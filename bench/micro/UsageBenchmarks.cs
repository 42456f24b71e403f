using BenchmarkDotNet.Attributes;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Observers;

namespace Gateway.MicroBench;

/// <summary>Reading usage, model and end out of an answer that passes as it is.</summary>
public class UsageBenchmarks
{
    private byte[] _answer = null!;
    private byte[][] _stream = null!;
    private LlmFormat _format;

    [Params("chat", "responses", "messages")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _format = Format switch { "chat" => LlmFormat.OpenAIChat, "responses" => LlmFormat.OpenAIResponses, _ => LlmFormat.AnthropicMessages };
        _answer = Bodies.Answer(Format);
        _stream = [.. Bodies.Stream(Format).Chunk(4096)];
        if (Answer() is not 96 || Stream() is not 96)
        {
            throw new InvalidOperationException("The usage was not found.");
        }
    }

    [Benchmark]
    public long? Answer() => Read(LlmObservers.ForOneShot(_format)!, [_answer]);

    /// <summary>64 events, 13 to 20 KB.</summary>
    [Benchmark]
    public long? Stream() => Read(LlmObservers.ForStream(_format)!, _stream);

    private static long? Read(ILlmResponseObserver observer, byte[][] pieces)
    {
        foreach (var piece in pieces)
        {
            observer.Push(piece);
        }

        observer.Complete();
        return observer.Usage?.CompletionTokens;
    }
}
