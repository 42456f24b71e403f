using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.MicroBench;

/// <summary>Requests and answers of the three formats, of the size and kind that the speed run sends (bench/upstream/make_bodies.py).</summary>
internal static class Bodies
{
    private const string Sentence = "Summarise this paragraph for a colleague: the \"gateway\" keeps one record per request,\nwith café-sized detail, and hides nothing from whoever must pay the bill. ";

    private const int Chunks = 60;

    private static readonly string[] Words = "The quick gateway passes each request on, counts what it cost and keeps a record of it; the reader sees tokens arrive as they are made.".Split(' ');

    private static readonly string Text = string.Join(' ', Enumerable.Range(0, 75).Select(i => Words[i % Words.Length]));

    private const string ChatUsage = """{"prompt_tokens":212,"completion_tokens":96,"total_tokens":308,"prompt_tokens_details":{"cached_tokens":128,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":24,"audio_tokens":0}}""";

    private const string ResponsesUsage = """{"input_tokens":212,"input_tokens_details":{"cached_tokens":128},"output_tokens":96,"output_tokens_details":{"reasoning_tokens":24},"total_tokens":308}""";

    private const string MessagesUsage = """{"input_tokens":84,"cache_creation_input_tokens":0,"cache_read_input_tokens":128,"output_tokens":96}""";

    /// <param name="size">Bytes, about.</param>
    public static byte[] Request(string format, int size, bool stream)
    {
        var text = new StringBuilder();
        while (text.Length < size - 150)
        {
            text.Append(Sentence);
        }

        var message = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text.ToString() });
        var body = new JsonObject { [format == "responses" ? "input" : "messages"] = message, ["model"] = "gpt-4o-mini", [format == "responses" ? "max_output_tokens" : "max_tokens"] = 256 };
        if (stream)
        {
            body["stream"] = true;
        }

        return Bytes(body.ToJsonString());
    }

    public static byte[] Answer(string format) => Bytes(format switch
    {
        "chat" => $$$"""{"id":"chatcmpl-Bench","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":{{{Quoted(Text)}}},"refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{{{ChatUsage}}},"service_tier":"default","system_fingerprint":"fp_bench"}""",
        "responses" => ResponseObject("completed", ResponsesUsage),
        _ => $$$"""{"id":"msg_bench","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":{{{Quoted(Text)}}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{{{MessagesUsage}}}}""",
    });

    public static byte[] Stream(string format)
    {
        var events = format switch { "chat" => ChatEvents(), "responses" => ResponsesEvents(), _ => MessagesEvents() };
        return Bytes(string.Concat(events.Select(e => (e.Name is null ? "" : $"event: {e.Name}\n") + $"data: {e.Data}\n\n")));
    }

    private static IEnumerable<(string? Name, string Data)> ChatEvents()
    {
        string Chunk(string choices, string usage = "null") =>
            $$"""{"id":"chatcmpl-Bench","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_bench","choices":[{{choices}}],"usage":{{usage}}}""";

        yield return (null, Chunk("""{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}"""));
        foreach (var piece in Pieces())
        {
            yield return (null, Chunk($$$"""{"index":0,"delta":{"content":{{{Quoted(piece)}}}},"logprobs":null,"finish_reason":null}"""));
        }

        yield return (null, Chunk("""{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}"""));
        yield return (null, Chunk("", ChatUsage));
        yield return (null, "[DONE]");
    }

    private static IEnumerable<(string? Name, string Data)> ResponsesEvents()
    {
        var number = 0;
        yield return ("response.created", $$"""{"type":"response.created","sequence_number":{{number++}},"response":{{ResponseObject("in_progress", "null")}}}""");
        foreach (var piece in Pieces())
        {
            yield return ("response.output_text.delta", $$"""{"type":"response.output_text.delta","sequence_number":{{number++}},"item_id":"msg_bench","output_index":0,"content_index":0,"delta":{{Quoted(piece)}}}""");
        }

        yield return ("response.completed", $$"""{"type":"response.completed","sequence_number":{{number}},"response":{{ResponseObject("completed", ResponsesUsage)}}}""");
    }

    private static IEnumerable<(string? Name, string Data)> MessagesEvents()
    {
        yield return ("message_start", $$$"""{"type":"message_start","message":{"id":"msg_bench","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{{{MessagesUsage}}}}}""");
        yield return ("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
        foreach (var piece in Pieces())
        {
            yield return ("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{Quoted(piece)}}}}}""");
        }

        yield return ("content_block_stop", """{"type":"content_block_stop","index":0}""");
        yield return ("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":96}}""");
        yield return ("message_stop", """{"type":"message_stop"}""");
    }

    private static string ResponseObject(string status, string usage) =>
        $$$"""{"id":"resp_bench","object":"response","created_at":1760000000,"status":"{{{status}}}","error":null,"model":"gpt-4o-mini-2024-07-18","output":[{"id":"msg_bench","type":"message","status":"{{{status}}}","role":"assistant","content":[{"type":"output_text","text":{{{Quoted(Text)}}},"annotations":[]}]}],"usage":{{{usage}}}}""";

    private static IEnumerable<string> Pieces() => Enumerable.Range(0, Chunks).Select(i => Words[i % Words.Length] + " ");

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
