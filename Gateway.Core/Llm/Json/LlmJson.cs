using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Core.Llm.Json;

/// <summary>How the gateway writes JSON towards clients and models.</summary>
internal static class LlmJson
{
    /// <summary>Escapes only what JSON demands, so that sizes and hashes stay comparable with what the other side would write.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = false,
        SkipValidation = true,
    };

    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = LlmRequestScanner.MaxDepth };

    /// <summary>
    /// Whether reading failed because of what the JSON is. Beside syntax errors that is half a surrogate pair in a key, which the
    /// reader reports as an invalid operation.
    /// </summary>
    public static bool IsUnreadable(Exception exception) => exception is JsonException or InvalidOperationException;

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = LlmRequestScanner.MaxDepth };

    /// <summary>Reads a whole value without looking at it.</summary>
    /// <exception cref="JsonException">It is cut or no JSON.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        while (reader.Read())
        {
        }
    }

    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, WriterOptions);

    /// <summary>The text as a JSON string with its quotes.</summary>
    public static byte[] Quote(string value)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Length + 16);
        new JsonEmitter(buffer).String(value);
        return buffer.WrittenSpan.ToArray();
    }
}
