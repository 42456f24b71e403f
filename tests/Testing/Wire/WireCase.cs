namespace Gateway.Testing.Wire;

/// <summary>Bytes of a client, and what they mean.</summary>
/// <param name="Name">What is odd about them; unique.</param>
/// <param name="Bytes">Every byte one character. What follows the oddity tries to become a request for <c>/smuggled</c>.</param>
/// <param name="Seen">
/// The requests that the upstream must receive, each as <see cref="WireMessage.Meaning"/>; null: the client must be refused, and the
/// connection ended.
/// </param>
public sealed record WireCase(string Name, string Bytes, params string[]? Seen)
{
    /// <summary>What a front that read the request differently would take for the next one.</summary>
    public const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private const string Host = "Host: localhost\r\n";

    /// <summary>A request with these headers, as the bytes before its body.</summary>
    public static string Head(string headers, string line = "POST /x HTTP/1.1") => $"{line}\r\n{Host}{headers}\r\n\r\n";

    public static WireCase Refused(string name, string bytes) => new(name, bytes, null);

    public override string ToString() => Name;
}
