using Gateway.Shared.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Logging;

/// <summary>Finished records as the log plugins send them: one JSON object on one line.</summary>
internal sealed class RecordLines(IOptions<RequestLogOptions> options)
{
    private const int TypicalLine = 4096;

    private readonly RecordParts _parts = RecordParts.Entities | RecordParts.Payloads | (options.Value.CompatAliases ? RecordParts.Aliases : RecordParts.None);

    /// <param name="fields">The plugin's <c>custom_fields_by_lua</c>; null or empty for none.</param>
    /// <param name="end">What follows the object, such as a line feed.</param>
    /// <param name="withPayloads">Whether logged bodies are part of it; without, it stays small.</param>
    public byte[] Create(RequestRecord record, IReadOnlyDictionary<string, string>? fields, ReadOnlySpan<byte> end, bool withPayloads = true)
    {
        using var buffer = new PooledBuffer(TypicalLine);
        using (var json = RequestRecordWriter.CreateWriter(buffer))
        {
            RequestRecordWriter.Write(json, record, withPayloads ? _parts : _parts & ~RecordParts.Payloads);
        }

        if (fields is { Count: > 0 })
        {
            return [.. CustomFields.Apply(buffer.WrittenSpan, fields), .. end];
        }

        buffer.Append(end);
        return buffer.WrittenSpan.ToArray();
    }
}
