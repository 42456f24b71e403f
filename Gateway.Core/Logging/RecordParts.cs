namespace Gateway.Core.Logging;

/// <summary>Which optional members of a record are written.</summary>
[Flags]
internal enum RecordParts
{
    None = 0,

    /// <summary><c>service</c>, <c>route</c> and <c>consumer</c> objects.</summary>
    Entities = 1,

    /// <summary><c>ai.proxy.payload</c>.</summary>
    Payloads = 2,

    /// <summary>The copies at the places where one published sample shows them.</summary>
    Aliases = 4,

    /// <summary>The member <c>gatehouse</c>, which Kong's records do not have.</summary>
    Gatehouse = 8,
}
