using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;
using Gateway.Shared.Results;

namespace Gateway.Core.Llm.Accounting;

/// <summary>
/// Answers <c>POST /v1/messages/count_tokens</c> for targets that have no such call: a quarter of the UTF-8 bytes of all texts,
/// tool names, descriptions and schemas, four per message, 1 600 per image, 2 000 per started 100 KB of PDF.
/// </summary>
internal static class CountTokensEstimator
{
    private const int TokensPerMessage = 4;
    private const int TokensPerImage = 1600;
    private const int TokensPerDocumentPiece = 2000;
    private const int DocumentPieceBytes = 100 * 1024;

    /// <summary>Estimates the input tokens of a Messages request, with or without <c>max_tokens</c>.</summary>
    /// <returns>Tokens, at least 1; an <see cref="LlmFault"/> when the body is no Messages request.</returns>
    public static Result<long> Estimate(ReadOnlyMemory<byte> body)
    {
        if (LlmRequestScanner.Scan(body, out var scan) != JsonFault.None)
        {
            return new LlmFault(400, "the request body is not a JSON object");
        }

        if (scan.MessagesKind != JsonKind.Array)
        {
            return new LlmFault(400, "messages: an array is required");
        }

        try
        {
            using var document = JsonDocument.Parse(body[scan.ObjectStart..scan.ObjectEnd], LlmJson.DocumentOptions);
            return Math.Max(1, Estimate(document.RootElement));
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return new LlmFault(400, "the request body is not a JSON object");
        }
    }

    /// <summary>Writes the answer.</summary>
    public static void Write(long tokens, IBufferWriter<byte> output)
    {
        var json = new JsonEmitter(output);
        json.Raw("""{"input_tokens":"""u8);
        json.Number(tokens);
        json.Raw("}"u8);
    }

    private static long Estimate(JsonElement root)
    {
        long bytes = 0;
        long fixedTokens = 0;
        if (root.TryGetProperty("system", out var system))
        {
            AddContent(system, ref bytes, ref fixedTokens);
        }

        foreach (var message in root.GetProperty("messages").EnumerateArray())
        {
            fixedTokens += TokensPerMessage;
            if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("content", out var content))
            {
                AddContent(content, ref bytes, ref fixedTokens);
            }
        }

        if (root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            foreach (var tool in tools.EnumerateArray())
            {
                if (tool.ValueKind != JsonValueKind.Object)
                {
                    continue;
                }

                AddText(tool, "name"u8, ref bytes);
                AddText(tool, "description"u8, ref bytes);
                if (tool.TryGetProperty("input_schema", out var schema))
                {
                    bytes += schema.GetRawText().Length;
                }
            }
        }

        return (bytes + 3) / 4 + fixedTokens;
    }

    private static void AddContent(JsonElement content, ref long bytes, ref long fixedTokens)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            bytes += ByteCount(content);
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind != JsonValueKind.Object || !block.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            if (type.ValueEquals("image"))
            {
                fixedTokens += TokensPerImage;
            }
            else if (type.ValueEquals("document"))
            {
                AddDocument(block, ref bytes, ref fixedTokens);
            }
            else if (type.ValueEquals("tool_use"))
            {
                AddText(block, "name"u8, ref bytes);
                bytes += block.TryGetProperty("input", out var input) ? input.GetRawText().Length : 0;
            }
            else
            {
                AddText(block, "text"u8, ref bytes);
                AddText(block, "thinking"u8, ref bytes);
                if (block.TryGetProperty("content", out var inner))
                {
                    AddContent(inner, ref bytes, ref fixedTokens);
                }
            }
        }
    }

    private static void AddDocument(JsonElement block, ref long bytes, ref long fixedTokens)
    {
        if (!block.TryGetProperty("source", out var source) || source.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (source.TryGetProperty("content", out var content))
        {
            AddContent(content, ref bytes, ref fixedTokens);
        }
        else if (source.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String)
        {
            if (source.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text"))
            {
                bytes += ByteCount(data);
                return;
            }

            var size = ByteCount(data) / 4 * 3;
            fixedTokens += (size + DocumentPieceBytes - 1) / DocumentPieceBytes * TokensPerDocumentPiece;
        }
        else
        {
            fixedTokens += TokensPerDocumentPiece;
        }
    }

    private static void AddText(JsonElement owner, ReadOnlySpan<byte> name, ref long bytes)
    {
        if (owner.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
        {
            bytes += ByteCount(text);
        }
    }

    private static long ByteCount(JsonElement text) => Encoding.UTF8.GetByteCount(JsonText.GetString(text));
}
