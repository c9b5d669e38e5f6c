// Writes src/Bascule.Sandbox/Schema/builtin.json: which fields the built-in kinds have and of which type, read from the
// model classes of the Kubernetes client. Run `dotnet run --project eng/SchemaGenerator -- FILE` after updating that
// package; a test compares the file with what this program makes.
using SchemaGenerator;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: SchemaGenerator FILE   (src/Bascule.Sandbox/Schema/builtin.json)");
    return 2;
}

File.WriteAllText(args[0], ModelReader.ReadAll());
return 0;
