using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Codecs.OpenAIChatToAnthropic;

/// <summary>Writes turns and blocks of a Messages request.</summary>
internal readonly struct MessagesTurnWriter(IBufferWriter<byte> output)
{
    private readonly JsonEmitter _json = new(output);

    public void Write(MessagesTurn turn)
    {
        _json.Raw(turn.IsUser ? "{\"role\":\"user\",\"content\":"u8 : "{\"role\":\"assistant\",\"content\":"u8);
        if (turn is { Results: [], Blocks: [{ Kind: MessagesBlockKind.Text } only] })
        {
            _json.StringRaw(only.Text.Written);
        }
        else
        {
            WriteBlocks([.. turn.Results, .. turn.Blocks]);
        }

        _json.Raw("}"u8);
    }

    private void WriteBlocks(List<MessagesBlock> blocks)
    {
        _json.Raw("["u8);
        for (var i = 0; i < blocks.Count; i++)
        {
            _json.Raw(i == 0 ? ""u8 : ","u8);
            WriteBlock(blocks[i]);
        }

        _json.Raw("]"u8);
    }

    private void WriteBlock(MessagesBlock block)
    {
        switch (block.Kind)
        {
            case MessagesBlockKind.Text:
                _json.Raw("{\"type\":\"text\",\"text\":"u8);
                _json.StringRaw(block.Text.Written);
                break;
            case MessagesBlockKind.Image:
                WriteImage(DataUrl.BytesOf(block.Source));
                break;
            case MessagesBlockKind.Document:
                _json.Raw("{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\""u8);
                _json.Escaped(DataUrl.TryParse(DataUrl.BytesOf(block.Source), out var pdf) ? pdf.Data : default);
                _json.Raw("\"}"u8);
                if (block.Name.ValueKind == JsonValueKind.String)
                {
                    _json.Raw(",\"title\":"u8);
                    _json.Raw(block.Name.Raw());
                }

                break;
            case MessagesBlockKind.ToolUse:
                _json.Raw("{\"type\":\"tool_use\",\"id\":"u8);
                _json.String(block.Id);
                _json.Raw(",\"name\":"u8);
                _json.Raw(block.Name.ValueKind == JsonValueKind.String ? block.Name.Raw() : "\"\""u8);
                _json.Raw(",\"input\":"u8);
                WriteInput(block.Source);
                break;
            default:
                _json.Raw("{\"type\":\"tool_result\",\"tool_use_id\":"u8);
                _json.String(block.Id);
                _json.Raw(",\"content\":"u8);
                WriteResult(block.Content);
                break;
        }

        _json.Raw("}"u8);
    }

    private void WriteImage(ReadOnlySpan<byte> url)
    {
        if (DataUrl.TryParse(url, out var data))
        {
            _json.Raw("{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":"u8);
            _json.String(ContentReader.MediaTypeOf(data.MediaType) ?? "");
            _json.Raw(",\"data\":\""u8);
            _json.Escaped(data.Data);
        }
        else
        {
            _json.Raw("{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\""u8);
            _json.Escaped(url);
        }

        _json.Raw("\"}"u8);
    }

    /// <summary>Arguments are JSON text inside a string; Anthropic wants the object itself.</summary>
    private void WriteInput(JsonElement arguments)
    {
        var json = arguments.ValueKind switch
        {
            JsonValueKind.String => Encoding.UTF8.GetBytes(JsonText.GetString(arguments)),
            JsonValueKind.Object => arguments.Raw(),
            _ => default,
        };
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            _json.Raw("{}"u8);
        }
        else if (JsonText.IsObject(json))
        {
            _json.Compact(json);
        }
        else
        {
            // What the model wrote is kept where it can see its mistake.
            _json.Raw("{\"_raw\":"u8);
            _json.Raw(arguments.Raw());
            _json.Raw("}"u8);
        }
    }

    private void WriteResult(List<MessagesBlock> content)
    {
        switch (content)
        {
            case []:
                _json.Raw("\"\""u8);
                break;
            case [{ Kind: MessagesBlockKind.Text } only]:
                _json.StringRaw(only.Text.Written);
                break;
            default:
                WriteBlocks(content);
                break;
        }
    }
}
