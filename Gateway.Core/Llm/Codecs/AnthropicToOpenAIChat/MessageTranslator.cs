using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.AnthropicToOpenAIChat;

/// <summary>
/// Turns the messages of a Messages request into chat messages. The order of tool calls and their results is the delicate part: an
/// assistant message with calls must be followed at once by one <c>tool</c> message for each of them, before anything else.
/// </summary>
internal sealed class MessageTranslator(CodecTarget target, ToolNames names, DroppedNames dropped)
{
    private readonly List<ChatMessage> _output = [];
    private readonly List<ToolResult> _results = [];
    private readonly List<(int MessageIndex, string Id)> _calls = [];
    private int _callCount;

    /// <summary>The first fault found; the output is useless then.</summary>
    public LlmFault? Fault { get; private set; }

    public List<ChatMessage> Translate(JsonElement system, JsonElement messages)
    {
        AddSystem(system);
        var count = messages.GetArrayLength();
        CollectCallsAndResults(messages);
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetText("role"u8, out var role))
            {
                Fault ??= new LlmFault(400, $"messages.{index}: a role is required");
                return _output;
            }

            message.TryGetMember("content"u8, out var content);
            if (role.Is("assistant"u8))
            {
                AddAssistant(content, index, isLast: index == count - 1);
            }
            else if (role.Is("system"u8) || role.Is("developer"u8))
            {
                AddSystem(content);
            }
            else
            {
                AddUser(content, index);
            }

            index++;
        }

        if (target.RequiresAlternation)
        {
            MergeNeighbours();
        }

        return _output;
    }

    private static string TypeOf(JsonElement block) => block.FindString("type"u8) ?? "";

    private JsonElement CacheControlOf(JsonElement block) =>
        target.KeepsCacheControl && block.TryGetMember("cache_control"u8, out var control) ? control : default;

    private void AddSystem(JsonElement content)
    {
        var message = new ChatMessage(target.UseDeveloperRole ? "developer" : "system");
        if (content.ValueKind == JsonValueKind.String)
        {
            message.Parts.Add(ChatPart.Of(new RawText(content)));
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            var all = new RawText();
            foreach (var block in content.EnumerateArray())
            {
                if (!block.TryGetText("text"u8, out var text))
                {
                    continue;
                }

                if (target.KeepsCacheControl)
                {
                    message.Parts.Add(ChatPart.Of(new RawText(text), CacheControlOf(block)));
                }
                else
                {
                    all.Join("\\n\\n"u8, text);
                }
            }

            if (!target.KeepsCacheControl)
            {
                message.Parts.Add(ChatPart.Of(all));
            }
        }

        message.Parts.RemoveAll(part => part.Text.IsEmpty);
        if (message.Parts.Count > 0)
        {
            _output.Add(message);
        }
    }

    /// <summary>Finds all calls and results beforehand, since a call may have to reach forward for its result.</summary>
    private void CollectCallsAndResults(JsonElement messages)
    {
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (message.TryGetMember("content"u8, out var content) && content.ValueKind == JsonValueKind.Array)
            {
                var isAssistant = message.TryGetText("role"u8, out var role) && role.Is("assistant"u8);
                var blockIndex = 0;
                foreach (var block in content.EnumerateArray())
                {
                    if (isAssistant && TypeOf(block) == "tool_use")
                    {
                        _calls.Add((index, block.FindString("id"u8) ?? ""));
                    }
                    else if (!isAssistant && TypeOf(block) == "tool_result")
                    {
                        _results.Add(new ToolResult(index, blockIndex, block.FindString("tool_use_id"u8) ?? "", block));
                    }

                    blockIndex++;
                }
            }

            index++;
        }
    }

    private void AddAssistant(JsonElement content, int index, bool isLast)
    {
        var message = new ChatMessage("assistant");
        var text = new RawText();
        var sawBlocks = false;
        if (content.ValueKind == JsonValueKind.String)
        {
            text.Append(content);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                sawBlocks = true;
                AddAssistantBlock(block, message, text);
            }
        }

        if (isLast && message.ToolCalls.Count == 0 && target.Prefill != PrefillMode.Forward && !text.IsEmpty)
        {
            if (target.Prefill == PrefillMode.Instruct)
            {
                var instruction = new ChatMessage("user");
                instruction.Parts.Add(ChatPart.Of(new RawText().Append("Begin your answer with exactly this text and continue from there: ").AppendRaw(text.Written)));
                _output.Add(instruction);
            }
            else
            {
                dropped.Add("messages.prefill");
            }

            return;
        }

        if (!text.IsEmpty)
        {
            message.Parts.Add(ChatPart.Of(text));
        }
        else if (sawBlocks && message.ToolCalls.Count == 0 && message.Reasoning is null && (_output.Count > 0 || !isLast))
        {
            // Only thinking, or nothing that this format knows: the neighbours are valid without it.
            return;
        }

        _output.Add(message);
        AddResults(message, index);
    }

    private void AddAssistantBlock(JsonElement block, ChatMessage message, RawText text)
    {
        var type = TypeOf(block);
        switch (type)
        {
            case "text":
                if (block.TryGetText("text"u8, out var piece))
                {
                    text.Append(piece);
                }

                break;
            case "tool_use":
                block.TryGetMember("input"u8, out var input);
                var sourceId = block.FindString("id"u8) ?? "";
                var id = ToolCallIds.Replace(sourceId, _callCount++, target.ToolIds);
                message.ToolCalls.Add(new ChatToolCall(id, sourceId, names.Shorten(block.FindString("name"u8) ?? ""), input));
                break;
            case "thinking":
                if (target.SendsReasoningBack && block.TryGetText("thinking"u8, out var thought))
                {
                    (message.Reasoning ??= new RawText()).Append(thought);
                }

                break;
            case "redacted_thinking":
                break;
            case "server_tool_use" or "mcp_tool_use":
                dropped.Add(type);
                break;
            default:
                if (type.EndsWith("_tool_result", StringComparison.Ordinal))
                {
                    AppendServerToolResult(block, type, text);
                }
                else
                {
                    dropped.Add(type.Length == 0 ? "content" : type);
                }

                break;
        }
    }

    private static void AppendServerToolResult(JsonElement block, string type, RawText text)
    {
        if (!text.IsEmpty)
        {
            text.AppendRaw("\\n"u8);
        }

        text.Append($"[{type[..^"_tool_result".Length]} result]\n");
        if (!block.TryGetMember("content"u8, out var content))
        {
            return;
        }

        if (content.ValueKind == JsonValueKind.Object)
        {
            AppendResultEntry(content, text);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in content.EnumerateArray())
            {
                AppendResultEntry(entry, text);
            }
        }
        else if (content.ValueKind == JsonValueKind.String)
        {
            text.Append(content).AppendRaw("\\n"u8);
        }
    }

    private static void AppendResultEntry(JsonElement entry, RawText text)
    {
        var hasTitle = entry.TryGetText("title"u8, out var title);
        if (hasTitle)
        {
            text.Append(title);
        }

        if (entry.TryGetText("url"u8, out var url))
        {
            if (hasTitle)
            {
                text.Append(" – ");
            }

            text.Append(url).AppendRaw("\\n"u8);
        }
        else if (entry.TryGetText("text"u8, out var plain) || entry.TryGetText("stdout"u8, out plain))
        {
            text.Append(plain).AppendRaw("\\n"u8);
        }
        else if (hasTitle)
        {
            text.AppendRaw("\\n"u8);
        }
    }

    /// <summary>Puts the results of an assistant message's calls behind it, from wherever they stand.</summary>
    private void AddResults(ChatMessage assistant, int index)
    {
        if (assistant.ToolCalls.Count == 0)
        {
            return;
        }

        var answered = new List<(ToolResult Result, ChatToolCall Call)>(assistant.ToolCalls.Count);
        var missing = new List<ChatToolCall>();
        foreach (var call in assistant.ToolCalls)
        {
            if (FindResult(call.SourceId, index) is { } result)
            {
                result.IsUsed = true;
                answered.Add((result, call));
            }
            else
            {
                missing.Add(call);
            }
        }

        // In the order in which they stand, not in that of the calls.
        answered.Sort((left, right) => _results.IndexOf(left.Result).CompareTo(_results.IndexOf(right.Result)));
        var media = new ChatMessage("user");
        foreach (var (result, call) in answered)
        {
            var message = new ChatMessage("tool") { ToolCallId = call.Id };
            message.Parts.Add(ChatPart.Of(ReadResult(result.Block, call.Id, media, result.MessageIndex)));
            _output.Add(message);
        }

        foreach (var call in missing)
        {
            var message = new ChatMessage("tool") { ToolCallId = call.Id };
            message.Parts.Add(ChatPart.Of(new RawText().Append("[no result]")));
            _output.Add(message);
        }

        if (media.Parts.Count > 0)
        {
            _output.Add(media);
        }
    }

    /// <summary>The first free result for the id after the call and before a later call that uses the id again.</summary>
    private ToolResult? FindResult(string id, int after)
    {
        var end = int.MaxValue;
        foreach (var (messageIndex, calledId) in _calls)
        {
            if (messageIndex > after && calledId == id)
            {
                end = messageIndex;
                break;
            }
        }

        foreach (var result in _results)
        {
            if (!result.IsUsed && result.MessageIndex > after && result.MessageIndex < end && result.Id == id)
            {
                return result;
            }
        }

        return null;
    }

    /// <summary>The text of a result. Its images and documents go to <paramref name="media"/>, since tool messages hold only text.</summary>
    private RawText ReadResult(JsonElement block, string callId, ChatMessage media, int index)
    {
        var text = new RawText();
        block.TryGetMember("content"u8, out var content);
        if (content.ValueKind == JsonValueKind.String)
        {
            text.Append(content);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            ReadResultBlocks(content, callId, media, index, text);
        }

        if (block.TryGetMember("is_error"u8, out var isError) && isError.ValueKind == JsonValueKind.True
            && !text.Written.StartsWith("Error"u8) && !text.Written.StartsWith("<tool_use_error>"u8))
        {
            return new RawText().Append("Error: ").AppendRaw(text.Written);
        }

        return text;
    }

    private void ReadResultBlocks(JsonElement content, string callId, ChatMessage media, int index, RawText text)
    {
        var placeholders = new RawText();
        var parts = new List<ChatPart>();
        int images = 0, documents = 0;
        foreach (var inner in content.EnumerateArray())
        {
            switch (TypeOf(inner))
            {
                case "text":
                    if (inner.TryGetText("text"u8, out var piece))
                    {
                        text.Join("\\n"u8, piece);
                    }

                    break;
                case "image":
                    AddPlaceholder(placeholders, $"[image {++images}]");
                    AddImage(inner, parts, index);
                    break;
                case "document":
                    AddPlaceholder(placeholders, $"[document {++documents}]");
                    AddDocument(inner, parts, index);
                    break;
                case "search_result":
                    AddSearchResult(inner, text);
                    break;
                case var other:
                    dropped.Add(other.Length == 0 ? "content" : other);
                    break;
            }
        }

        if (text.IsEmpty)
        {
            text.AppendRaw(placeholders.Written);
        }

        if (parts.Count > 0)
        {
            var kind = images == 0 ? "Document(s)" : documents == 0 ? "Image(s)" : "Image(s) and document(s)";
            media.Parts.Add(ChatPart.Of(new RawText().Append($"{kind} from tool result {callId}:")));
            media.Parts.AddRange(parts);
        }
    }

    private static void AddPlaceholder(RawText placeholders, string text) =>
        placeholders.Append(placeholders.IsEmpty ? text : "\n" + text);

    private void AddUser(JsonElement content, int index)
    {
        var message = new ChatMessage("user");
        if (content.ValueKind == JsonValueKind.String)
        {
            message.Parts.Add(ChatPart.Of(new RawText(content)));
            _output.Add(message);
            return;
        }

        var sawResult = false;
        string? unsupported = null;
        if (content.ValueKind == JsonValueKind.Array)
        {
            var blockIndex = 0;
            foreach (var block in content.EnumerateArray())
            {
                if (TypeOf(block) == "tool_result")
                {
                    sawResult = true;
                    AddOrphan(block, message, index, blockIndex);
                }
                else
                {
                    AddUserBlock(block, message, index, ref unsupported);
                }

                blockIndex++;
            }
        }

        message.Parts.RemoveAll(part => part.Kind == ChatPartKind.Text && part.Text.IsEmpty);
        if (message.Parts.Count == 0 && sawResult)
        {
            return;
        }

        if (message.Parts.Count == 0 && unsupported is not null)
        {
            message.Parts.Add(ChatPart.Of(new RawText().Append($"[unsupported content: {unsupported}]")));
        }

        _output.Add(message);
    }

    /// <summary>A result that no call asked for, or a second one for the same call, would be refused as a tool message; it becomes text.</summary>
    private void AddOrphan(JsonElement block, ChatMessage message, int index, int blockIndex)
    {
        foreach (var result in _results)
        {
            if (result.IsUsed && result.MessageIndex == index && result.BlockIndex == blockIndex)
            {
                return;
            }
        }

        var id = block.FindString("tool_use_id"u8) ?? "";
        var media = new ChatMessage("user");
        var text = ReadResult(block, id, media, index);
        message.Parts.Add(ChatPart.Of(new RawText().Append($"[tool result {id}]\n").AppendRaw(text.Written)));
        message.Parts.AddRange(media.Parts);
    }

    private void AddUserBlock(JsonElement block, ChatMessage message, int index, ref string? unsupported)
    {
        switch (TypeOf(block))
        {
            case "text":
                if (block.TryGetText("text"u8, out var text))
                {
                    message.Parts.Add(ChatPart.Of(new RawText(text), CacheControlOf(block)));
                }

                break;
            case "image":
                AddImage(block, message.Parts, index);
                break;
            case "document":
                AddDocument(block, message.Parts, index);
                break;
            case "search_result":
                var found = new RawText();
                AddSearchResult(block, found);
                message.Parts.Add(ChatPart.Of(found));
                break;
            case var other:
                unsupported = other.Length == 0 ? "unknown" : other;
                dropped.Add(unsupported);
                break;
        }
    }

    private static void AddSearchResult(JsonElement block, RawText text)
    {
        foreach (var name in (string[])["title", "source"])
        {
            if (block.FindString(System.Text.Encoding.ASCII.GetBytes(name)) is { } line)
            {
                text.Append(line).AppendRaw("\\n"u8);
            }
        }

        if (block.TryGetMember("content"u8, out var content) && content.ValueKind == JsonValueKind.Array)
        {
            foreach (var inner in content.EnumerateArray())
            {
                if (inner.TryGetText("text"u8, out var piece))
                {
                    text.Append(piece);
                }
            }
        }
    }

    private void AddImage(JsonElement block, List<ChatPart> parts, int index)
    {
        block.TryGetMember("source"u8, out var source);
        switch (TypeOf(source))
        {
            case "base64" when source.TryGetText("media_type"u8, out var mediaType) && source.TryGetText("data"u8, out var data):
                parts.Add(new ChatPart { Kind = ChatPartKind.ImageData, MediaType = mediaType, Payload = data });
                break;
            case "url" when source.TryGetText("url"u8, out var url):
                parts.Add(new ChatPart { Kind = ChatPartKind.ImageUrl, Payload = url });
                break;
            case var type:
                Fault ??= new LlmFault(400, $"messages.{index}: an image with source type '{type}' cannot be sent to {target.Provider}");
                break;
        }
    }

    private void AddDocument(JsonElement block, List<ChatPart> parts, int index)
    {
        var hasTitle = block.TryGetText("title"u8, out var title);
        block.TryGetMember("source"u8, out var source);
        switch (TypeOf(source))
        {
            case "text" when source.TryGetText("data"u8, out var data):
                var text = new RawText();
                if (hasTitle)
                {
                    text.Append(title).AppendRaw("\\n"u8);
                }

                parts.Add(ChatPart.Of(text.Append(data)));
                break;
            case "content" when source.TryGetMember("content"u8, out var content):
                AddInlined(content, parts, index);
                break;
            case "base64" when source.TryGetText("data"u8, out var data) && source.TryGetText("media_type"u8, out var mediaType):
                if (target.AcceptsFiles)
                {
                    parts.Add(new ChatPart { Kind = ChatPartKind.FileData, Text = FileName(hasTitle, title), MediaType = mediaType, Payload = data });
                }
                else
                {
                    dropped.Add("document");
                    parts.Add(ChatPart.Of(new RawText().Append("[document omitted: ").AppendRaw(FileName(hasTitle, title).Written).Append("]")));
                }

                break;
            case "url" when target.AcceptsFileUrls && source.TryGetText("url"u8, out var url):
                parts.Add(new ChatPart { Kind = ChatPartKind.FileUrl, Text = FileName(hasTitle, title), Payload = url });
                break;
            case var type:
                Fault ??= new LlmFault(400, $"messages.{index}: a document with source type '{type}' cannot be sent to {target.Provider}");
                break;
        }
    }

    private static RawText FileName(bool hasTitle, JsonElement title) =>
        hasTitle && title.RawContent().Length > 0 ? new RawText(title) : new RawText().Append("document.pdf");

    private void AddInlined(JsonElement content, List<ChatPart> parts, int index)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(ChatPart.Of(new RawText(content)));
            return;
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var inner in content.EnumerateArray())
        {
            if (TypeOf(inner) == "image")
            {
                AddImage(inner, parts, index);
            }
            else if (inner.TryGetText("text"u8, out var text))
            {
                parts.Add(ChatPart.Of(new RawText(text)));
            }
        }
    }

    /// <summary>Merges messages of one role that follow each other, for targets whose prompt templates insist on alternation.</summary>
    private void MergeNeighbours()
    {
        for (var i = _output.Count - 1; i > 0; i--)
        {
            var earlier = _output[i - 1];
            var later = _output[i];
            if (earlier.Role != later.Role || earlier.Role is not ("user" or "assistant"))
            {
                continue;
            }

            earlier.Parts.AddRange(later.Parts);
            earlier.ToolCalls.AddRange(later.ToolCalls);
            earlier.Reasoning ??= later.Reasoning;
            _output.RemoveAt(i);
        }
    }

    private sealed class ToolResult(int messageIndex, int blockIndex, string id, JsonElement block)
    {
        public int MessageIndex { get; } = messageIndex;

        public int BlockIndex { get; } = blockIndex;

        public string Id { get; } = id;

        public JsonElement Block { get; } = block;

        public bool IsUsed { get; set; }
    }
}
