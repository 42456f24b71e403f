using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>
/// Turns chat messages into a system prompt and alternating turns: neighbours of one side merge, results of tools become the
/// beginning of the user's turn, the first turn is the user's.
/// </summary>
internal sealed class ConversationReader(DroppedNames dropped)
{
    private const int MaxIdLength = 128;

    /// <summary>What an assistant is asked when the conversation does not begin with a question.</summary>
    private static ReadOnlySpan<byte> Opening => "Continue."u8;

    private readonly ContentReader _content = new(dropped);

    /// <summary>Texts of system and developer messages, wherever they stood.</summary>
    public List<RawText> System { get; } = [];

    public List<MessagesTurn> Turns { get; } = [];

    /// <summary>The first fault found; the rest is useless then.</summary>
    public LlmFault? Fault => _content.Fault;

    /// <summary>Whether the model is in the middle of its work with tools, or is to continue its own text.</summary>
    public bool EndsInsideATurn => Turns is [.., { IsUser: false }] or [.., { IsUser: true, Results.Count: > 0 }];

    public void Read(JsonElement messages)
    {
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            Read(message, index);
            if (Fault is not null)
            {
                return;
            }

            index++;
        }

        if (Turns is [] or [{ IsUser: false }, ..])
        {
            var first = new MessagesTurn(isUser: true);
            first.Blocks.Add(MessagesBlock.Of(new RawText().AppendRaw(Opening)));
            Turns.Insert(0, first);
        }

        TrimLast();
    }

    /// <summary>An id of a call as Anthropic accepts it; the same replacement for the call and its result, in every turn.</summary>
    public static string ReplaceId(string id)
    {
        var isValid = id.Length is > 0 and <= MaxIdLength;
        foreach (var c in id)
        {
            isValid &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        }

        return isValid ? id : "toolu_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));
    }

    private void Read(JsonElement message, int index)
    {
        message.TryGetMember("content"u8, out var content);
        switch (message.FindString("role"u8))
        {
            case "system" or "developer":
                System.AddRange(_content.Read(content, index).Where(b => b.Kind == MessagesBlockKind.Text).Select(b => b.Text));
                break;
            case "user":
                Add(isUser: true, _content.Read(content, index));
                break;
            case "assistant":
                ReadAssistant(message, content, index);
                break;
            case "tool":
                AddResult(message.FindString("tool_call_id"u8) ?? "", content, index);
                break;
            case "function":
                AddResult(LegacyId(message.FindString("name"u8) ?? ""), content, index);
                break;
            case null:
                _content.Fail(index, "a role is required");
                break;
            default:
                _content.Fail(index, "this role cannot be translated");
                break;
        }
    }

    private void ReadAssistant(JsonElement message, JsonElement content, int index)
    {
        var blocks = _content.Read(content, index);
        if (message.TryGetText("refusal"u8, out var refusal) && !RawSpace.IsBlank(refusal.RawContent()))
        {
            blocks.Add(MessagesBlock.Of(new RawText(refusal)));
        }

        if (message.TryGetMember("tool_calls"u8, out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray())
            {
                if (call.TryGetMember("function"u8, out var function))
                {
                    blocks.Add(Call(ReplaceId(call.FindString("id"u8) ?? ""), function));
                }
                else
                {
                    dropped.Add("messages.tool_calls." + (call.FindString("type"u8) ?? "unknown"));
                }
            }
        }
        else if (message.TryGetMember("function_call"u8, out var legacy))
        {
            blocks.Add(Call(LegacyId(legacy.FindString("name"u8) ?? ""), legacy));
        }

        Add(isUser: false, blocks);
    }

    private static MessagesBlock Call(string id, JsonElement function)
    {
        function.TryGetMember("arguments"u8, out var arguments);
        function.TryGetText("name"u8, out var name);
        return new MessagesBlock(MessagesBlockKind.ToolUse) { Id = id, Name = name, Source = arguments };
    }

    /// <summary>Calls of the older API have no ids and come one at a time.</summary>
    private static string LegacyId(string name) => ReplaceId("function " + name);

    private void AddResult(string id, JsonElement content, int index)
    {
        var result = new MessagesBlock(MessagesBlockKind.ToolResult) { Id = ReplaceId(id), Content = _content.Read(content, index) };
        TurnOf(isUser: true).Results.Add(result);
    }

    private void Add(bool isUser, List<MessagesBlock> blocks)
    {
        if (blocks.Count > 0)
        {
            TurnOf(isUser).Blocks.AddRange(blocks);
        }
    }

    private MessagesTurn TurnOf(bool isUser)
    {
        if (Turns.Count == 0 || Turns[^1].IsUser != isUser)
        {
            Turns.Add(new MessagesTurn(isUser));
        }

        return Turns[^1];
    }

    /// <summary>A text that the model is to continue may not end in white space.</summary>
    private void TrimLast()
    {
        if (Turns[^1] is { IsUser: false, Blocks: [.., { Kind: MessagesBlockKind.Text } last] blocks })
        {
            blocks[^1] = MessagesBlock.Of(new RawText().AppendRaw(RawSpace.TrimEnd(last.Text.Written)));
        }
    }
}
