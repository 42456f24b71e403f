using ConsoleWeb.Hosting;

// Words are the command line's; no word, or `serve`, runs the product.
return await GatehouseHost.RunAsync(args is ["serve", .. var rest] ? rest : args);

/// <summary>The entry point; public so that tests can find its assembly.</summary>
public sealed partial class Program;
