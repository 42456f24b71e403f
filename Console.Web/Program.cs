using ConsoleWeb.Hosting;

// Words are the command line's; no word, or `serve`, runs the product.
return args is [] or ["serve", ..] || args[0].StartsWith("--", StringComparison.Ordinal) && args[0] != "--help" && args[0] != "--version"
    ? await GatehouseHost.RunAsync(args is ["serve", .. var rest] ? rest : args)
    : await ConsoleWeb.Cli.CommandLine.RunAsync(args);

/// <summary>The entry point; public so that tests can find its assembly.</summary>
public sealed partial class Program;
