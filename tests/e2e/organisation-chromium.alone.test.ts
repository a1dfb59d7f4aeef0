/** Tests what an organisation sets, in Chromium. */
import { tellOrganisation } from './organisation.ts';

tellOrganisation('chromium');
