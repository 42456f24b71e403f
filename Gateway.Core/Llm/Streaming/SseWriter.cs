using System.Buffers;

namespace Gateway.Core.Llm.Streaming;

/// <summary>Writes frames of an event stream: LF only, JSON on one line.</summary>
internal static class SseWriter
{
    /// <summary>The end of a chat stream.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>Starts a frame: <c>event: name</c>, <c>data: </c>. Write the JSON, then <see cref="End"/>.</summary>
    /// <param name="name">Empty: no event line.</param>
    public static void Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> name = default)
    {
        if (!name.IsEmpty)
        {
            output.Write("event: "u8);
            output.Write(name);
            output.Write("\n"u8);
        }

        output.Write("data: "u8);
    }

    public static void End(IBufferWriter<byte> output) => output.Write("\n\n"u8);

    /// <summary>A comment that keeps a silent connection alive.</summary>
    public static void Comment(IBufferWriter<byte> output) => output.Write(": keep-alive\n\n"u8);
}
