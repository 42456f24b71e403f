namespace ConsoleWeb.Components.Forms;

/// <summary>One way to write something down.</summary>
/// <param name="Format">Title of its tab: <c>YAML</c>, <c>JSON</c>, <c>curl</c>.</param>
/// <param name="Hint">What to do with it.</param>
public sealed record PreviewText(string Format, string Text, string Hint);
