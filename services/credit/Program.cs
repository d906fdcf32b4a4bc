using KoopmanMesh.Credit;
using KoopmanMesh.ServiceDefaults.Hosting;

return await new ServiceProgram("credit", "Judges: credit, audit, bounds.", args)
{
    Add = builder => builder.AddCredit(),
    Map = app => app.MapCredit(),
}.RunAsync();
