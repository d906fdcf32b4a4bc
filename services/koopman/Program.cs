using KoopmanMesh.Koopman;
using KoopmanMesh.ServiceDefaults.Hosting;

return await new ServiceProgram("koopman", "Fits operators: layers, trajectories of training, predictions.", args)
{
    Add = builder => builder.AddKoopman(),
    Map = app => app.MapKoopman(),
}.RunAsync();
