/** Tests what an organisation sets, in Firefox. */
import { tellOrganisation } from './organisation.ts';

tellOrganisation('firefox');
