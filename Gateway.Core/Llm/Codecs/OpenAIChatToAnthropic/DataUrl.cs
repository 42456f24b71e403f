using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>A <c>data:</c> URL taken apart, or another URL left whole.</summary>
internal readonly ref struct DataUrl
{
    private DataUrl(ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> data)
    {
        MediaType = mediaType;
        Data = data;
    }

    public ReadOnlySpan<byte> MediaType { get; }

    /// <summary>The base64 text.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <returns>False when it is no data URL in base64.</returns>
    public static bool TryParse(ReadOnlySpan<byte> url, out DataUrl parsed)
    {
        parsed = default;
        var comma = url.IndexOf((byte)',');
        if (!IsData(url) || comma < 0)
        {
            return false;
        }

        var head = url["data:".Length..comma];
        if (!head.EndsWith(";base64"u8))
        {
            return false;
        }

        var end = head.IndexOf((byte)';');
        parsed = new DataUrl(head[..end], url[(comma + 1)..]);
        return true;
    }

    public static bool IsData(ReadOnlySpan<byte> url) => url.StartsWith("data:"u8);

    public static bool IsWeb(ReadOnlySpan<byte> url) => url.StartsWith("http://"u8) || url.StartsWith("https://"u8);

    /// <summary>The URL's own bytes; megabytes of base64 are not copied unless somebody escaped their slashes.</summary>
    public static ReadOnlySpan<byte> BytesOf(JsonElement text)
    {
        var raw = text.RawContent();
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(JsonText.GetString(text)) : raw;
    }
}
