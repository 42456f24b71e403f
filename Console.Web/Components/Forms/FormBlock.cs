namespace ConsoleWeb.Components.Forms;

/// <summary>One numbered part of a form: a title with a hint beside a handful of fields.</summary>
/// <param name="Fields">Dotted paths from the root of the document, in the order shown.</param>
/// <param name="IsFolded">Starts closed unless something in it is set or at fault.</param>
public sealed record FormBlock(string Title, string Hint, IReadOnlyList<string> Fields, bool IsFolded = false);
