using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace ConsoleWeb.Features.Requests.Conversations;

/// <summary>Reads a single message or item that was taken out of a body.</summary>
internal static class ConversationPiece
{
    /// <param name="json">The object, perhaps with the comma that parted it from the next.</param>
    /// <returns>Null when it is neither a message nor an item, or not whole.</returns>
    public static IReadOnlyList<ConversationPart>? Read(ReadOnlySpan<byte> json)
    {
        json = json.Trim(" \t\r\n,"u8);
        if (json is not [(byte)'{', .., (byte)'}'])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), LlmJson.DocumentOptions);
            var turns = new TurnList();
            var reader = new ConversationReader(turns);
            return reader.TryReadPiece(document.RootElement)
                ? [.. reader.System.Select(text => new ConversationPart(PartKind.Text, text)), .. turns.ToList().SelectMany(t => t.Parts)]
                : null;
        }
        catch (Exception exception) when (LlmJson.IsUnreadable(exception))
        {
            return null;
        }
    }
}
