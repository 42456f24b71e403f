using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Reads the content of chat messages into blocks.</summary>
internal sealed class ContentReader(DroppedNames dropped)
{
    public LlmFault? Fault { get; private set; }

    public void Fail(int message, string reason) => Fault ??= new LlmFault(400, $"messages.{message}: {reason}");

    /// <summary>The blocks of a content that is a string, an array of parts, or nothing. Blank texts are left out: Anthropic refuses them.</summary>
    public List<MessagesBlock> Read(JsonElement content, int message)
    {
        var blocks = new List<MessagesBlock>();
        if (content.ValueKind == JsonValueKind.String)
        {
            AddText(content, blocks);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            string? unknown = null;
            foreach (var part in content.EnumerateArray())
            {
                AddPart(part, message, blocks, ref unknown);
            }

            if (blocks.Count == 0 && unknown is not null)
            {
                blocks.Add(MessagesBlock.Of(new RawText().Append($"[unsupported content: {unknown}]")));
            }
        }

        return blocks;
    }

    private static void AddText(JsonElement text, List<MessagesBlock> blocks)
    {
        if (!RawSpace.IsBlank(text.RawContent()))
        {
            blocks.Add(MessagesBlock.Of(new RawText(text)));
        }
    }

    private void AddPart(JsonElement part, int message, List<MessagesBlock> blocks, ref string? unknown)
    {
        var type = part.FindString("type"u8) ?? "";
        switch (type)
        {
            case "text" when part.TryGetText("text"u8, out var text):
                AddText(text, blocks);
                break;
            case "refusal" when part.TryGetText("refusal"u8, out var refusal):
                AddText(refusal, blocks);
                break;
            case "image_url":
                AddImage(part, message, blocks);
                break;
            case "file":
                AddFile(part, message, blocks);
                break;
            case "input_audio":
                Fail(message, "input_audio cannot be sent to an Anthropic model");
                break;
            default:
                unknown = type;
                dropped.Add("messages.content." + type);
                break;
        }
    }

    private void AddImage(JsonElement part, int message, List<MessagesBlock> blocks)
    {
        if (!part.TryGetMember("image_url"u8, out var image))
        {
            Fail(message, "image_url: a URL is required");
            return;
        }

        if (image.ValueKind != JsonValueKind.String && !image.TryGetText("url"u8, out image))
        {
            Fail(message, "image_url.url: a string is required");
            return;
        }

        var url = DataUrl.BytesOf(image);
        if (DataUrl.TryParse(url, out var data))
        {
            if (MediaTypeOf(data.MediaType) is null)
            {
                Fail(message, $"image_url: images of type {Encoding.UTF8.GetString(data.MediaType)} are not supported, only jpeg, png, gif and webp");
                return;
            }
        }
        else if (!DataUrl.IsWeb(url))
        {
            Fail(message, "image_url.url: an http address or a base64 data URL is required");
            return;
        }

        blocks.Add(new MessagesBlock(MessagesBlockKind.Image) { Source = image });
    }

    private void AddFile(JsonElement part, int message, List<MessagesBlock> blocks)
    {
        if (!part.TryGetMember("file"u8, out var file) || !file.TryGetText("file_data"u8, out var data))
        {
            Fail(message, "file: file_data is required; files that were uploaded elsewhere cannot be reached");
            return;
        }

        if (!DataUrl.TryParse(DataUrl.BytesOf(data), out var url) || !url.MediaType.SequenceEqual("application/pdf"u8))
        {
            Fail(message, "file.file_data: a base64 data URL of a PDF is required");
            return;
        }

        file.TryGetText("filename"u8, out var name);
        blocks.Add(new MessagesBlock(MessagesBlockKind.Document) { Source = data, Name = name });
    }

    /// <summary>The media type in Anthropic's words; null when it takes no such image.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("image/png"u8) ? "image/png"
        : type.SequenceEqual("image/jpeg"u8) || type.SequenceEqual("image/jpg"u8) ? "image/jpeg"
        : type.SequenceEqual("image/gif"u8) ? "image/gif"
        : type.SequenceEqual("image/webp"u8) ? "image/webp"
        : null;
}
