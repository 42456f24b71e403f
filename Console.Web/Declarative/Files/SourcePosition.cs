namespace ConsoleWeb.Declarative.Files;

/// <summary>A place in a text file, counted from 1.</summary>
internal readonly record struct SourcePosition(int Line, int Column);
