using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Logging;

/// <summary>Finished records as the log plugins send them: one JSON object on one line.</summary>
internal sealed class RecordLines(IOptions<RequestLogOptions> options, PayloadRedactor redactor)
{
    private readonly RecordParts _parts = RecordParts.Entities | RecordParts.Payloads | (options.Value.CompatAliases ? RecordParts.Aliases : RecordParts.None);

    /// <inheritdoc cref="Write"/>
    public byte[] Create(RequestRecord record, IReadOnlyDictionary<string, string>? fields, ReadOnlySpan<byte> end, bool withPayloads = true)
    {
        using var line = Write(record, fields, end, withPayloads);
        return line.WrittenSpan.ToArray();
    }

    /// <param name="fields">The plugin's <c>custom_fields_by_lua</c>; null or empty for none.</param>
    /// <param name="end">What follows the object, such as a line feed.</param>
    /// <param name="withPayloads">Whether logged bodies are part of it; without, it stays small.</param>
    /// <returns>The line in rented memory; the caller disposes of it.</returns>
    public JsonLineWriter Write(RequestRecord record, IReadOnlyDictionary<string, string>? fields, ReadOnlySpan<byte> end, bool withPayloads = true)
    {
        if (withPayloads)
        {
            redactor.Apply(record);
        }
        else
        {
            redactor.ApplyHead(record);
        }

        var line = new JsonLineWriter();
        RequestRecordWriter.Write(line, record, withPayloads ? _parts : _parts & ~RecordParts.Payloads);
        if (fields is { Count: > 0 })
        {
            var changed = CustomFields.Apply(line.WrittenSpan, fields);
            line.Clear();
            line.Append(changed);
        }

        line.Append(end);
        return line;
    }
}
