using System.Buffers;
using Gateway.Core.Llm;
using Gateway.Core.Llm.Codecs;
using Gateway.Core.Llm.Json;
using static Gateway.Core.Tests.Llm.LlmTesting;

namespace Gateway.Core.Tests.Llm.Codecs;

/// <summary>Bodies of hops with one format: the client's bytes but for what the gateway must set.</summary>
public class NativeRequestTests
{
    [Theory]
    // Nothing to change: byte for byte.
    [InlineData("chat", "openai", null, """{ "model":"gpt-4o", "messages":[], "stream": false, "x":1.0, "big":123456789012345678901234567890 }""", """{ "model":"gpt-4o", "messages":[], "stream": false, "x":1.0, "big":123456789012345678901234567890 }""")]
    [InlineData("messages", "anthropic", null, """{"max_tokens":5,"messages":[],"thinking":null,"s":"\ud83d é"}""", """{"max_tokens":5,"messages":[],"thinking":null,"s":"\ud83d é"}""")]
    [InlineData("responses", "openai", null, """{"model":"m","input":[],"reasoning":null,"include":[],"store":false}""", """{"model":"m","input":[],"reasoning":null,"include":[],"store":false}""")]
    [InlineData("embeddings", "openai", null, """{"input":"a"}""", """{"input":"a"}""")]
    // The model.
    [InlineData("chat", "openai", "gpt-4o", """{"model":"theirs","stream":false}""", """{"model":"gpt-4o","stream":false}""")]
    [InlineData("messages", "anthropic", "c", """{"max_tokens":5}""", """{"max_tokens":5,"model":"c"}""")]
    [InlineData("embeddings", "openai", "e", """{"input":"a"}""", """{"input":"a","model":"e"}""")]
    // Streams ask for usage, once, and keep the other options.
    [InlineData("chat", "openai", null, """{"stream":true}""", """{"stream":true,"stream_options":{"include_usage":true}}""", "hides")]
    [InlineData("chat", "openai", null, """{"stream":true,"stream_options":{"include_usage":true}}""", """{"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("chat", "openai", null, """{"stream":true,"stream_options":{"include_usage":false,"x":1}}""", """{"stream":true,"stream_options":{"include_usage":true,"x":1}}""", "hides")]
    [InlineData("chat", "openai", null, """{"stream":true,"stream_options":null}""", """{"stream":true,"stream_options":{"include_usage":true}}""", "hides")]
    [InlineData("chat", "databricks", null, """{"stream":true}""", """{"stream":true}""")]
    [InlineData("chat", "mistral", null, """{"stream":true}""", """{"stream":true}""")]
    [InlineData("completions", "openai", null, """{"stream":true}""", """{"stream":true,"stream_options":{"include_usage":true}}""", "hides")]
    // Chat targets are told whether to stream.
    [InlineData("chat", "openai", null, "{}", """{"stream":false}""")]
    [InlineData("messages", "anthropic", null, """{"max_tokens":1}""", """{"max_tokens":1}""")]
    // Anthropic requires a limit.
    [InlineData("messages", "anthropic", null, "{}", """{"max_tokens":4096}""")]
    [InlineData("messages", "anthropic", null, """{"max_tokens":null}""", """{"max_tokens":4096}""")]
    // Models that reason first.
    [InlineData("chat", "openai", "gpt-5-mini", """{"max_tokens":5,"temperature":1,"stop":["a"],"stream":false}""", """{"stream":false,"model":"gpt-5-mini","max_completion_tokens":5}""", "dropped temperature stop")]
    [InlineData("chat", "openai", "gpt-5-mini", """{"max_tokens":5,"max_completion_tokens":6,"stream":false}""", """{"max_completion_tokens":6,"stream":false,"model":"gpt-5-mini"}""")]
    [InlineData("chat", "openai", "gpt-5-chat-latest", """{"max_tokens":5,"temperature":1,"stream":false}""", """{"max_tokens":5,"temperature":1,"stream":false,"model":"gpt-5-chat-latest"}""")]
    [InlineData("chat", "azure", "o3-mini", """{"top_p":0.5,"stream":false}""", """{"stream":false,"model":"o3-mini"}""", "dropped top_p")]
    [InlineData("chat", "deepseek", "o3-mini", """{"max_tokens":5,"stream":false}""", """{"max_tokens":5,"stream":false,"model":"o3-mini"}""")]
    // top_k only where it is known.
    [InlineData("chat", "openai", null, """{"top_k":5,"stream":false}""", """{"stream":false}""", "dropped top_k")]
    [InlineData("chat", "vllm", null, """{"top_k":5,"stream":false}""", """{"top_k":5,"stream":false}""")]
    public void Write_EachFormat_ChangesOnlyWhatItMust(string format, string provider, string? model, string body, string expected, string notes = "")
    {
        Assert.Equal((expected, notes), Write(format, CodecTarget.For(provider, model), body));
    }

    [Theory]
    [InlineData("chat", """{"temperature":0.2,"max_tokens":5,"stream":false}""", """{"temperature":0.7,"max_tokens":9,"stream":false,"top_p":0.5}""")]
    [InlineData("chat", """{"max_completion_tokens":5,"stream":false}""", """{"max_completion_tokens":9,"stream":false,"temperature":0.7,"top_p":0.5}""")]
    [InlineData("responses", """{"max_output_tokens":5}""", """{"max_output_tokens":9,"temperature":0.7,"top_p":0.5}""")]
    [InlineData("messages", """{"max_tokens":5}""", """{"max_tokens":9,"temperature":0.7,"top_p":0.5,"top_k":3}""")]
    public void Write_ConfiguredOptions_WinOverTheRequest(string format, string body, string expected)
    {
        var target = CodecTarget.For(format == "messages" ? "anthropic" : "openai", null) with { Options = new LlmOptions { MaxTokens = 9, Temperature = 0.7, TopP = 0.5, TopK = 3 } };

        Assert.Equal(expected, Write(format, target, body).Body);
    }

    [Fact]
    public void Write_ConfiguredLimitOfAReasoningModel_HasItsName()
    {
        var target = CodecTarget.For("openai", "o1") with { Options = new LlmOptions { MaxTokens = 9 } };

        Assert.Equal("""{"stream":false,"model":"o1","max_completion_tokens":9}""", Write("chat", target, """{"max_tokens":5,"stream":false}""").Body);
    }

    [Theory]
    [InlineData("chat", """{"stream":false}""", """{"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("responses", "{}", """{"stream":true}""")]
    [InlineData("messages", """{"max_tokens":1,"stream":false}""", """{"max_tokens":1,"stream":true}""")]
    public void Write_StreamIsForced_SaysSo(string format, string body, string expected) =>
        Assert.Equal(expected, Write(format, CodecTarget.For("openai", null) with { Stream = true }, body).Body);

    [Theory]
    [InlineData("messages", """{"messages":[{"role":"user","content":"foo"}],"tools":[]}""", """{"messages":[{"role":"user","content":"foo"}],"tools":[],"model":"c"}""")]
    [InlineData("responses", """{"input":"a"}""", """{"input":"a","model":"c"}""")]
    public void Write_NoModelCall_SetsTheModelAndNothingElse(string format, string body, string expected)
    {
        var target = CodecTarget.For("anthropic", "c") with { Options = new LlmOptions { MaxTokens = 9, Temperature = 1 } };

        Assert.Equal(expected, Write(format, target, body, isModelCall: false).Body);
    }

    private static (string Body, string Notes) Write(string format, CodecTarget target, string body, bool isModelCall = true)
    {
        var known = format switch
        {
            "chat" => LlmFormat.OpenAIChat,
            "completions" => LlmFormat.OpenAICompletions,
            "responses" => LlmFormat.OpenAIResponses,
            "embeddings" => LlmFormat.OpenAIEmbeddings,
            _ => LlmFormat.AnthropicMessages,
        };
        Assert.Equal(JsonFault.None, LlmRequestScanner.Scan(Utf8(body), out var scan));
        var output = new ArrayBufferWriter<byte>();
        var result = NativeRequest.Write(known, scan, target, needsUsage: true, output, isModelCall);
        return (output.Text(), result.HidesUsage ? "hides" : result.Dropped.Count > 0 ? "dropped " + string.Join(' ', result.Dropped) : "");
    }
}
